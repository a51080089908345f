import { expect, test } from "bun:test";
import { socketUrl } from "./socket-url.ts";

test("the usual path is added where the address has none", () => {
  const path = "/connection/websocket?format=json&cf_protocol_version=v2";
  expect(socketUrl("wss://pubsub-dev.live.vkvideo.ru")).toBe(`wss://pubsub-dev.live.vkvideo.ru${path}`);
  expect(socketUrl("ws://127.0.0.1:8000/")).toBe(`ws://127.0.0.1:8000${path}`);
  expect(socketUrl("wss://example.org/live/ws")).toBe("wss://example.org/live/ws");
});

test("what is no WebSocket's URL is refused at once", () => {
  for (const address of ["https://example.org", "example.org", ""]) {
    expect(() => socketUrl(address)).toThrow(TypeError);
  }
});
