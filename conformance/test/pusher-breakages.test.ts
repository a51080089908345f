import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../../packages/server/test/free-port.ts";
import { tryLines } from "../program/run.ts";
import { readArguments } from "../pusher/arguments.ts";
import { Hooks } from "../pusher/hooks.ts";
import { lines } from "../pusher/lines.ts";
import { Scene } from "../pusher/scene.ts";
import type { Target } from "../pusher/target.ts";
import { BreakingProxy } from "./breaking-proxy.ts";
import { wrongs } from "./pusher-breakages.ts";
import { ConformingTwinwire } from "./twinwire-pusher.ts";
import { named, silent, verdicts } from "./wrong.ts";

setDefaultTimeout(120_000);

/** Every line is tried with a server before it that does one thing wrong: a line that cannot fail says nothing. */
describe("a server that is wrong", () => {
  let server: ConformingTwinwire;
  let hooks: Hooks;
  let proxy: BreakingProxy;
  let target: Target;

  beforeAll(async () => {
    server = await ConformingTwinwire.start();
    const to = freePort();
    hooks = await Hooks.listen(`127.0.0.1:${to}`);
    proxy = new BreakingProxy(server.url, { from: server.hookPort, to });
    const given = readArguments(server.arguments(proxy.url));
    if (given.kind !== "run") throw new Error("no arguments to run with");
    ({ target } = given);
  });

  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    hooks.close();
    await server[Symbol.asyncDispose]();
  });

  test("a proxy that breaks nothing breaks no line of those below", async () => {
    const ids = [...new Set(wrongs.flatMap((wrong) => wrong.lines))];
    proxy.breakage = {};
    const found = verdicts(await tryLines(named(lines, ids), () => new Scene(target, hooks)));
    expect(found).toEqual(Object.fromEntries(ids.map((id) => [id, "pass"])));
  });

  test.each(wrongs)("$what", async ({ lines: ids, breakage }) => {
    proxy.breakage = breakage;
    const impatient = { ...target, patience: 1_500 };
    const results = await tryLines(named(lines, ids), () => new Scene(impatient, hooks));
    expect(silent(results)).toEqual([]);
  });
});
