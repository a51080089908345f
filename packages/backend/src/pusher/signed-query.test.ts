import { expect, setSystemTime, test } from "bun:test";
import Pusher from "pusher";
import { signedQuery } from "./signed-query.ts";

// The vector of pusher-protocol 3.2.
const keys = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const now = 1_353_088_179_000;
const body = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}';

function parameters(query: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(query));
}

function signatureOf(query: string): string {
  return /(?:^|&)auth_signature=([0-9a-f]{64})(?:&|$)/.exec(query)?.[1] ?? "none";
}

test("the signature is that of the protocol's page", () => {
  expect(signedQuery(keys, { method: "POST", path: "/apps/3/events", body, now })).toBe(
    `auth_key=${keys.key}&auth_timestamp=1353088179&auth_version=1.0` +
      "&body_md5=ec365a775a4cd0599faeb73354201b6f" +
      "&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
  );
});

test.each([
  ["a call without parameters", { method: "GET", path: "/apps/3/channels" }, {}],
  [
    "parameters that a URL escapes",
    { method: "GET", path: "/apps/3/channels" },
    { filter_by_prefix: "presence-a=b&c d", info: "user_count,subscription_count" },
  ],
  ["a body beyond ASCII", { method: "POST", path: "/apps/3/events", body: '{"name":"☃"}' }, {}],
])("of %s it is that of the official package", (_, request, query: Record<string, string>) => {
  const official = new Pusher({ appId: "3", ...keys, host: "127.0.0.1", useTLS: false });
  setSystemTime(now);
  const theirs = official.createSignedQueryString({ ...request, params: query });
  setSystemTime();
  const ours = signedQuery(keys, { ...request, query, now });
  // Escaping it is left to whoever sends it there, so that only the signatures are the same text.
  expect(signatureOf(ours)).toBe(signatureOf(theirs));
});

test("names in any case are one, and those of the signature are not the caller's to set", () => {
  const query = { Info: "user_count", Auth_Key: "another", auth_signature: "x", body_md5: "y" };
  const made = parameters(signedQuery(keys, { method: "get", path: "/apps/3/channels", query, now }));
  expect(made).toEqual({
    auth_key: keys.key,
    auth_timestamp: "1353088179",
    auth_version: "1.0",
    info: "user_count",
    auth_signature: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test("half a character cannot be sent", () => {
  const query = { filter_by_prefix: "presence-\ud800" };
  expect(() => signedQuery(keys, { method: "GET", path: "/apps/3/channels", query })).toThrow(TypeError);
});

test("an empty secret signs nothing", () => {
  expect(() => signedQuery({ key: "k", secret: "" }, { method: "GET", path: "/" })).toThrow(TypeError);
});
