import { expect, setDefaultTimeout, test } from "bun:test";
import { freePort } from "../../packages/server/test/free-port.ts";
import { listing } from "../program/report.ts";
import { lines, subjects } from "../pusher/lines.ts";
import { hmacHex, md5Hex, requestSignature } from "../pusher/target.ts";
import { listedInReadme, plain, program } from "./program.ts";
import { ConformingTwinwire } from "./twinwire-pusher.ts";

// Who is gone is closed after 30 seconds at the earliest.
setDefaultTimeout(240_000);

const run = program("pusher.mjs");

test("on Twinwire every line is tried, and none fails", async () => {
  await using server = await ConformingTwinwire.start();
  const { code, output } = await run(...server.arguments());
  expect(output).not.toContain("FAIL");
  const musts = lines.filter(({ level }) => level === "MUST").length;
  expect(output).toContain(`\nMUST: ${musts} passed, 0 failed, 0 not offered, 0 skipped\n`);
  expect(output).toMatch(/\nMAY: \d+ passed, 0 failed, \d+ not offered, 0 skipped\n/);
  expect(code).toBe(0);
});

test("what it was not told of is skipped with the reason; a line that fails is the exit code", async () => {
  await using server = await ConformingTwinwire.start();
  const [url = "", ...rest] = server.arguments();
  const keys = rest.slice(0, 6);
  const skipping = await run(url, ...keys, "--only", "webhook-signed");
  expect(skipping.output).toContain("skipped     MUST 4.1  webhook-signed");
  expect(skipping.output).toContain("needs --webhooks HOST:PORT");
  expect(skipping.code).toBe(0);
  const wrong = [...keys.slice(0, 5), "wrong-secret"];
  const failing = await run(url, ...wrong, "--only", "private-joined", "--patience", "500");
  expect(failing.output).toContain("FAIL        MUST 2.2  private-joined");
  expect(failing.code).toBe(1);
});

test("without a server, or with arguments that make no sense, it ends with 2", async () => {
  const keys = ["--app-id", "1", "--key", "k", "--secret", "s"];
  expect((await run(`http://127.0.0.1:${freePort()}`, ...keys)).code).toBe(2);
  expect((await run("http://127.0.0.1:1")).output).toContain("--app-id, --key and --secret are needed");
  expect((await run("http://127.0.0.1:1", ...keys, "--quota-app", "x")).output).toContain("ID:KEY:SECRET");
});

test("README.md has the lines that the program has", async () => {
  expect(await listedInReadme("pusher")).toBe(plain(listing(subjects)));
});

test("no two lines have one id", () => {
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
});

/** The protocol notes' vectors: the program's own signatures are right. */
test("signatures are those of the protocol notes", () => {
  const secret = "7ad3773142a6692b25b8";
  const vectors = {
    "1234.1234:private-foobar": "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
    '1234.1234:presence-foobar:{"user_id":10,"user_info":{"name":"Mr. Channels"}}':
      "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
    '1234.1234::user::{"id":"12345"}': "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba",
  };
  for (const [text, hex] of Object.entries(vectors)) expect(hmacHex(secret, text)).toBe(hex);
  const body = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}';
  const parameters = new Map([
    ["auth_version", "1.0"],
    ["auth_key", "278d425bdf160c739803"],
    ["auth_timestamp", "1353088179"],
    ["body_md5", md5Hex(body)],
  ]);
  expect(requestSignature(secret, { method: "POST", path: "/apps/3/events", parameters })).toBe(
    "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
  );
});
