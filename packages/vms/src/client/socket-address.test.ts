import { expect, test } from "bun:test";
import { baseUrlOf, endpoint, socketAddress } from "./socket-address.ts";

test.each([
  ["wss://example.org", ["example.org", 443, "", true]],
  ["ws://example.org", ["example.org", 80, "", false]],
  ["wss://example.org:8443/pusher", ["example.org", 8443, "/pusher", true]],
  ["ws://example.org/a/b//", ["example.org", 80, "/a/b", false]],
  ["WSS://[::1]:6001/", ["[::1]", 6001, "", true]],
] as const)("%s is taken apart", (url, [wsHost, port, wsPath, forceTLS]) => {
  expect(socketAddress(url)).toEqual({ wsHost, wsPort: port, wssPort: port, wsPath, forceTLS });
});

test.each(["", "example.org", "https://example.org", "wss://", "javascript:alert(1)"])(
  "%p is no address of a WebSocket",
  (url) => {
    expect(socketAddress(url)).toBeUndefined();
  },
);

test("the application is at the socket's origin where nothing else is known", () => {
  expect(baseUrlOf("wss://example.org:8443/pusher")).toBe("https://example.org:8443");
  expect(baseUrlOf("ws://example.org")).toBe("http://example.org");
  expect(baseUrlOf("example.org")).toBeUndefined();
});

test("an endpoint goes under the application's address, whatever its slashes", () => {
  for (const base of ["https://example.org/vms", "https://example.org/vms/"])
    expect(endpoint(base, "api/v1/wsurl")).toBe("https://example.org/vms/api/v1/wsurl");
});
