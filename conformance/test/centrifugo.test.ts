import { expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../../packages/server/test/free-port.ts";
import { lines, subjects } from "../centrifugo/lines.ts";
import { listing } from "../program/report.ts";
import { listedInReadme, plain, program } from "./program.ts";
import { CentrifugoTwinwire } from "./twinwire-centrifugo.ts";

setDefaultTimeout(240_000);

const run = program("centrifugo.mjs");

test("on Twinwire every line is tried, and none fails", async () => {
  await using server = await CentrifugoTwinwire.start();
  const { code, output } = await run(...server.arguments());
  expect(output.split("\n").filter((row) => row.includes("FAIL"))).toEqual([]);
  const musts = lines.filter(({ level }) => level === "MUST").length;
  expect(output).toContain(`\nMUST: ${musts} passed, 0 failed, 0 not offered, 0 skipped\n`);
  expect(output).toMatch(/\nMAY: \d+ passed, 0 failed, \d+ not offered, 0 skipped\n/);
  expect(code).toBe(0);
});

test("what it was not told of is skipped with the reason; a line that fails is the exit code", async () => {
  await using server = await CentrifugoTwinwire.start();
  const bare = server.bareArguments();
  const skipping = await run(...bare, "--only", "errors-stay");
  expect(skipping.output).toContain("skipped     MUST 1.5  errors-stay");
  expect(skipping.output).toContain("needs --namespaces open");
  expect(skipping.code).toBe(0);
  const late = await run(...bare, "--only", "no-pong");
  expect(late.output).toContain("needs --short-delays");
  const wrong = bare.map((one) => (one === "conformance-hmac-secret" ? "wrong" : one));
  const failing = await run(...wrong, "--only", "json-default", "--patience", "500");
  expect(failing.output).toContain("FAIL        MUST 1.1  json-default");
  expect(failing.code).toBe(1);
});

test("without a server, or with arguments that make no sense, it ends with 2", async () => {
  const keys = ["--api-key", "a", "--hmac-secret", "h"];
  expect((await run(`http://127.0.0.1:${freePort()}`, ...keys)).code).toBe(2);
  expect((await run("http://127.0.0.1:1")).output).toContain("--api-key and --hmac-secret are needed");
  expect((await run("http://127.0.0.1:1", ...keys, "--namespaces", "opne")).output).toContain(
    "--namespaces: there is no opne; there are open, ",
  );
});

test("--config prints a configuration with the two keys", async () => {
  const { code, output } = await run("--api-key", "a", "--hmac-secret", "h", "--config");
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    http_api: { key: "a" },
    client: { token: { hmac_secret_key: "h" } },
  });
});

test("README.md has the lines that the program has", async () => {
  expect(await listedInReadme("centrifugo")).toBe(plain(listing(subjects)));
});

test("no two lines have one id", () => {
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
});
