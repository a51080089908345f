import { expect, test } from "bun:test";
import { Opening } from "./opening.ts";

function secure(url: string, forwarded?: string): boolean {
  const headers = forwarded === undefined ? {} : { "x-forwarded-proto": forwarded };
  return new Opening({ request: new Request(url, { headers }), path: "/", query: "" }).secure;
}

test.each([
  ["https", true],
  ["https,http", true],
  ["https, http", true],
  ["HTTPS , http", true],
  ["wss", true],
  ["http", false],
  ["ws", false],
  ["http,https", false],
  ["https-not", false],
  ["", false],
])("behind proxies that say %p a connection is secure: %p", (forwarded, expected) => {
  expect(secure("http://a/", forwarded)).toBe(expected);
});

test("a connection that is encrypted here is secure, whatever is said of it", () => {
  expect(secure("https://a/", "http")).toBe(true);
  expect(secure("http://a/")).toBe(false);
});
