import { expect, test } from "bun:test";

import { camelized, snakeCased } from "./wire-names.ts";
import type { Camelized } from "./wire-names.ts";

test("keys turn to camel case at every depth, and values stay", () => {
  const wire = { camera_id: 1, is_open_door_app: true, list_of: [{ in_it: "snake_case" }], _own: null };
  const read: Camelized<typeof wire> = camelized(wire);
  expect<unknown>(read).toEqual({
    cameraId: 1,
    isOpenDoorApp: true,
    listOf: [{ inIt: "snake_case" }],
    _own: null,
  });
});

test("the type names the fields that the schema names, and their presence", () => {
  const loose: Camelized<{ a_b: number; c_d?: string | undefined } & Record<string, unknown>> = { aB: 1 };
  const { aB, cD } = loose;
  const both: [number, string | undefined] = [aB, cD];
  // @ts-expect-error what the schema does not name is not in the type
  expect(loose.other).toBeUndefined();
  expect(both).toEqual([1, undefined]);
});

test("names of the wire come back from camel case, dates stay whole and undefined falls away", () => {
  const at = new Date(0);
  expect(snakeCased({ cameraId: 1, isLandlineSipLineAvailable: at, gone: undefined })).toEqual({
    camera_id: 1,
    is_landline_sip_line_available: at,
  });
});

test("of two spellings of a key the first stands", () => {
  expect<unknown>(camelized({ a_b: 1, aB: 2 })).toEqual({ aB: 1 });
});

test("a key like __proto__ is a key", () => {
  const read = camelized(JSON.parse('{"__proto__":{"x_y":1}}') as object);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(JSON.stringify(read)).toBe('{"__proto__":{"xY":1}}');
});

test("text nested without end does not exhaust the stack", () => {
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown;
  expect(Array.isArray(camelized(deep))).toBe(true);
});
