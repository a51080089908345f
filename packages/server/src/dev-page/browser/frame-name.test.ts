import { expect, test } from "bun:test";
import { frameName } from "./frame-name.ts";

test.each([
  ["pusher", "in", '{"event":"pusher:ping","data":{}}', "pusher:ping"],
  ["pusher", "in", '{"data":{}}', "not an event"],
  ["pusher", "in", "<html>", "not an event"],
  ["centrifugo", "out", '{"id":1,"connect":{"token":"t"}}', "connect"],
  ["centrifugo", "in", '{"id":1,"connect":{"client":"c"}}', "connect reply"],
  ["centrifugo", "in", '{"id":4,"error":{"code":103,"message":"permission denied"}}', "error 103"],
  ["centrifugo", "in", '{"push":{"channel":"a","pub":{"data":1}}}', "pub"],
  [
    "centrifugo",
    "in",
    '{"id":2,"subscribe":{}}\n{"push":{"channel":"a","join":{}}}',
    "subscribe reply, join",
  ],
  ["centrifugo", "in", "{}", "ping"],
  ["centrifugo", "out", "{}", "pong"],
  ["centrifugo", "in", "<html>", "not JSON"],
] as const)("a frame on the %s wire, %s, %p is called %p", (wire, direction, text, name) => {
  expect(frameName(wire, direction, text)).toBe(name);
});
