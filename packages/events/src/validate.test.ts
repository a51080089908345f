import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { z } from "zod";

import { libraries } from "../test/catalogues.ts";
import { defineEvents } from "./catalogue.ts";
import { eventIssue } from "./issue.ts";
import { validate } from "./validate.ts";

describe.each(libraries)("declared with %s", (_, catalogue) => {
  const paths = (type: keyof typeof catalogue.schemas, data: unknown): readonly string[] => {
    const result = validate(catalogue, type, data);
    if (result.ok) return [];
    for (const { message } of result.issues) expect(message).not.toBe("");
    return result.issues.map(({ path }) => path);
  };

  test("a payload that fits comes out", () => {
    const data = { camera: { id: 7 } };
    expect(validate(catalogue, "camera.moved", data)).toEqual({ ok: true, data });
  });

  test("an issue says where it is", () => {
    expect(paths("camera.moved", { camera: { id: "7" } })).toEqual(["camera.id"]);
    expect(paths("chat-message", { parts: [{ text: "" }, { text: "" }, { text: 1 }] })).toEqual([
      "parts[2].text",
    ]);
    expect(paths("title", 1)).toEqual([""]);
  });

  test("all issues are told", () => {
    expect(paths("camera.moved", { camera: { id: "7" }, at: 1 }).toSorted()).toEqual(["at", "camera.id"]);
  });
});

test("what comes out is as the schema makes it, with defaults and transformed", () => {
  const catalogue = defineEvents({
    counted: z.object({
      count: z.number().default(1),
      at: z.iso.datetime().transform((text) => new Date(text)),
    }),
  });
  expect(validate(catalogue, "counted", { at: "2024-05-01T00:00:00Z" })).toEqual({
    ok: true,
    data: { count: 1, at: new Date(Date.UTC(2024, 4, 1)) },
  });
});

test.each([
  ["nothing", undefined, ""],
  ["no key", [], ""],
  ["an index first", [0, "a"], "[0].a"],
  ["objects as segments", [{ key: "a" }, { key: 3 }, "b"], "a[3].b"],
  ["a key that is no name", ["names", "a-b", "c.d", ""], 'names["a-b"]["c.d"][""]'],
  ["digits as a key, which are no index", ["byId", "7"], 'byId["7"]'],
  ["letters of any script", ["камера", "ñ"], "камера.ñ"],
  ["a symbol", ["a", Symbol("b")], "a[Symbol(b)]"],
])("the path of %s is written out", (_, path, written) => {
  expect(eventIssue({ message: "", path })).toEqual({ path: written, message: "" });
});

test("an asynchronous schema is a defect that names the event", () => {
  const catalogue = defineEvents({
    checked: v.pipeAsync(
      v.string(),
      v.checkAsync(async () => Promise.reject(new Error("nobody waits for this"))),
    ),
    refined: z.string().refine(async () => Promise.resolve(true)),
  });
  expect(() => validate(catalogue, "checked", "a")).toThrow(
    new TypeError('The schema of "checked" is asynchronous'),
  );
  expect(() => validate(catalogue, "refined", "a")).toThrow(
    new TypeError('The schema of "refined" is asynchronous'),
  );
});

test("an answer that comes later is told by what it can do, not by its class", () => {
  const later = { then: () => undefined };
  const schema = { "~standard": { version: 1, vendor: "own", validate: () => later as never } } as const;
  expect(() => validate(defineEvents({ later: schema }), "later", "a")).toThrow(
    new TypeError('The schema of "later" is asynchronous'),
  );
});

test.each(["constructor", "__proto__", "toString", "unheard"])("%s is no event of the catalogue", (name) => {
  const catalogue = defineEvents({ title: z.string() });
  expect(() => validate(catalogue, name as "title", "a")).toThrow(`The catalogue has no event "${name}"`);
});

test.each(["", "pusher:error", "pusher_internal:member_added", "x".repeat(201), "unknown"])(
  "an event cannot be called %p",
  (name) => {
    expect(() => defineEvents({ [name]: z.null() })).toThrow(TypeError);
  },
);

test("with an envelope, types are names of yours", () => {
  const envelope = { wrap: (type: string) => ({ event: "all", data: type }), unwrap: () => undefined };
  expect(() => defineEvents({ "pusher:error": z.null() }, { envelope })).not.toThrow();
});
