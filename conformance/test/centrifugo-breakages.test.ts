import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readArguments } from "../centrifugo/arguments.ts";
import { lines } from "../centrifugo/lines.ts";
import { Scene } from "../centrifugo/scene.ts";
import type { Target } from "../centrifugo/target.ts";
import { tryLines } from "../program/run.ts";
import { BreakingProxy } from "./breaking-proxy.ts";
import { wrongs } from "./centrifugo-breakages.ts";
import { CentrifugoTwinwire } from "./twinwire-centrifugo.ts";
import { named, silent, verdicts } from "./wrong.ts";

setDefaultTimeout(120_000);

/** Every line is tried with a server before it that does one thing wrong: a line that cannot fail says nothing. */
describe("a Centrifugo that is wrong", () => {
  let server: CentrifugoTwinwire;
  let proxy: BreakingProxy;
  let target: Target;

  beforeAll(async () => {
    server = await CentrifugoTwinwire.start();
    proxy = new BreakingProxy(server.url);
    const given = readArguments(server.arguments(proxy.url));
    if (given.kind !== "run") throw new Error("no arguments to run with");
    ({ target } = given);
  });

  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test("a proxy that breaks nothing breaks no line of those below", async () => {
    const ids = [...new Set(wrongs.flatMap((wrong) => wrong.lines))];
    proxy.breakage = {};
    const found = verdicts(await tryLines(named(lines, ids), () => new Scene(target)));
    expect(found).toEqual(Object.fromEntries(ids.map((id) => [id, "pass"])));
  });

  test.each(wrongs)("$what", async ({ lines: ids, breakage }) => {
    proxy.breakage = breakage;
    const impatient = { ...target, patience: 1_000 };
    const results = await tryLines(named(lines, ids), () => new Scene(impatient));
    expect(silent(results)).toEqual([]);
  });
});
