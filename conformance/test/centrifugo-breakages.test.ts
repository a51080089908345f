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
  let proxies: readonly [BreakingProxy, BreakingProxy];
  let target: Target;

  beforeAll(async () => {
    server = await CentrifugoTwinwire.start();
    proxies = [new BreakingProxy(server.url), new BreakingProxy(server.secondUrl)];
    const given = readArguments(server.arguments(...proxies.map(({ url }) => url)));
    if (given.kind !== "run") throw new Error("no arguments to run with");
    ({ target } = given);
  });

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
    await server[Symbol.asyncDispose]();
  });

  test("a proxy that breaks nothing breaks no line of those below", async () => {
    const ids = [...new Set(wrongs.flatMap((wrong) => wrong.lines))];
    for (const proxy of proxies) proxy.breakage = {};
    const found = verdicts(await tryLines(named(lines, ids), () => new Scene(target)));
    expect(found).toEqual(Object.fromEntries(ids.map((id) => [id, "pass"])));
  });

  test.each(wrongs)("$what", async ({ lines: ids, breakage }) => {
    for (const proxy of proxies) proxy.breakage = breakage;
    const impatient = { ...target, patience: 1_000 };
    const results = await tryLines(named(lines, ids), () => new Scene(impatient));
    expect(silent(results)).toEqual([]);
  });

  test("of a server that says nothing right every line says so", async () => {
    const nothing = () => [];
    for (const proxy of proxies)
      proxy.breakage = {
        frame: nothing,
        binary: nothing,
        piece: () => "",
        code: (code) => (code === 4_999 ? 4_998 : 4_999),
        subprotocol: "",
        head(headers) {
          for (const name of [...headers.keys()]) headers.set(name, "*");
          headers.set("access-control-allow-origin", "*");
        },
        answer: (answer) => ({ ...answer, status: 418, body: "" }),
      };
    const mute = { ...target, patience: 100 };
    expect(silent(await tryLines(lines, () => new Scene(mute)))).toEqual([]);
  });
});
