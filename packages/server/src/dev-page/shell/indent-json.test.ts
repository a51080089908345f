import { expect, test } from "bun:test";
import { indentJson } from "./indent-json.ts";

test("indents, and leaves numbers and escapes as they were sent", () => {
  expect(indentJson('{"a":12345678901234567890,"b":[1.0,"\\u0041 {\\"x\\": 1}"],"c":{},"d":[ ]}')).toBe(
    `{
  "a": 12345678901234567890,
  "b": [
    1.0,
    "\\u0041 {\\"x\\": 1}"
  ],
  "c": {},
  "d": []
}`,
  );
});

test("takes each line of a frame for itself, and leaves alone what is no JSON", () => {
  expect(indentJson("{}\nnot json\n[1]")).toBe("{}\nnot json\n[\n  1\n]");
});
