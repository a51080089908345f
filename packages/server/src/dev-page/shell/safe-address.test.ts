import { expect, test } from "bun:test";
import { linkAddress, pictureAddress } from "./safe-address.ts";

test.each([
  ["https://example.org/a?b=c", "https://example.org/a?b=c"],
  ["http://example.org", "http://example.org/"],
  ["javascript:alert(1)", undefined],
  [" JaVaScRiPt:alert(1)", undefined],
  ["data:text/html,<script>alert(1)</script>", undefined],
  ["vbscript:x", undefined],
  ["/relative", undefined],
  ["", undefined],
])("the link %j leads to %j", (address, expected) => {
  expect(linkAddress(address)).toBe(expected);
});

test("a picture comes with the event or from this server, never from a third party", () => {
  const origin = "http://localhost:8000";
  expect(pictureAddress("data:image/svg+xml,%3Csvg/%3E", origin)).toBe("data:image/svg+xml,%3Csvg/%3E");
  expect(pictureAddress(`${origin}/smile.svg`, origin)).toBe(`${origin}/smile.svg`);
  expect(pictureAddress("https://images.example/smile.png", origin)).toBeUndefined();
  expect(pictureAddress("data:text/html,x", origin)).toBeUndefined();
  expect(pictureAddress("javascript:x", origin)).toBeUndefined();
});
