import { describe, expect, test } from "bun:test";
import * as v from "valibot";

import { vmsCameraSchema } from "./camera.ts";
import { event, vmsEventSchema } from "./event.ts";
import { intercom, vmsCanceledCallSchema, vmsIntercomSchema } from "./intercom.ts";
import { vmsSocketResponseSchema } from "./socket-response.ts";
import { vmsUserSchema } from "./user.ts";

function read(schema: v.GenericSchema, value: unknown): unknown {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : result.issues.map((issue) => v.getDotPath(issue));
}

describe("reading is tolerant", () => {
  test.each<[string, v.GenericSchema, unknown, unknown]>([
    ["an id in digits is a number", vmsCameraSchema, { id: "7" }, { id: 7 }],
    ["null is absent", vmsEventSchema, { id: 1, title: null, camera: null }, { id: 1 }],
    ["[] is absent where an object belongs", vmsEventSchema, { camera: [], user: [], event: [] }, {}],
    [
      "[] is an empty list where a list belongs",
      vmsUserSchema,
      { id: 1, permissions: [] },
      { id: 1, permissions: [] },
    ],
    [
      "an unknown text of an enumeration stays",
      vmsIntercomSchema,
      { id: 1, status: "new" },
      { id: 1, status: "new" },
    ],
    ["a date stays the text it is", vmsEventSchema, { from: "yesterday" }, { from: "yesterday" }],
    ["unknown fields stay", vmsEventSchema, { new_field: [null] }, { new_field: [null] }],
    ["a number is taken for text", vmsUserSchema, { id: 1, phone: 77 }, { id: 1, phone: "77" }],
    [
      "1 and 0 are taken for flags",
      vmsIntercomSchema,
      { id: 1, is_online: 1, is_enabled: "0" },
      { id: 1, is_online: true, is_enabled: false },
    ],
    ["camel case is taken for the wire's name", vmsEventSchema, { cameraId: 3 }, { camera_id: 3 }],
    ["the wire's own name goes first", vmsEventSchema, { cameraId: 3, camera_id: 4 }, { camera_id: 4 }],
    ["a cancelled call without id is read", vmsCanceledCallSchema, { call_id: "9" }, { call_id: 9 }],
    [
      "null in a list is left out",
      vmsUserSchema,
      { id: 1, permissions: [null, { id: 2 }] },
      { id: 1, permissions: [{ id: 2 }] },
    ],
    ["a camera needs its id alone", vmsCameraSchema, { id: 1 }, { id: 1 }],
    [
      "an address of the socket needs two fields",
      vmsSocketResponseSchema,
      { ws_url: "wss://x", app_key: "k", is_encrypted: true },
      { ws_url: "wss://x", app_key: "k", is_encrypted: "true" },
    ],
  ])("%s", (_, schema, value, expected) => {
    expect(read(schema, value)).toEqual(expected);
  });
});

describe("what does not fit is named by its path", () => {
  test.each<[unknown, string]>([
    [{ camera: {} }, "camera.id"],
    [{ camera: { id: 1.5 } }, "camera.id"],
    [{ camera: { id: 1, streams: [{ id: 1 }, { id: "x" }] } }, "camera.streams.1.id"],
    [{ camera: 7 }, "camera"],
    [{ camera: [{ id: 1 }] }, "camera"],
    [{ analytic_case: { id: 1, cameras: [null, { id: "x" }] } }, "analytic_case.cameras.1.id"],
    [{ similarity: "much" }, "similarity"],
    [{ is_intercom: "maybe" }, "is_intercom"],
    [{ analytic_case: { id: 1, cameras: [{ id: {} }] } }, "analytic_case.cameras.0.id"],
  ])("%j", (value, path) => {
    expect(read(vmsEventSchema, value)).toEqual([path]);
  });
});

describe("sending is strict", () => {
  test.each<[string, v.GenericSchema, unknown, string]>([
    ["an id in digits", event.send, { id: "7" }, "id"],
    ["an id of more than 32 bits", event.send, { id: 2_147_483_648 }, "id"],
    ["a fraction for an id", event.send, { camera_id: 1.5 }, "camera_id"],
    ["null", event.send, { camera: null }, "camera"],
    ["[] for an object", event.send, { camera: [] }, "camera"],
    [
      "a camera without what iOS needs",
      event.send,
      { camera: { id: 1, status: "active" } },
      "camera.is_favorite",
    ],
    ["a text out of the list", intercom.send, { id: 1, status: "new" }, "status"],
    [
      "a time of day without seconds",
      intercom.send,
      { id: 1, timetable: { days: [{ type: "monday", from: "08:00" }] } },
      "timetable.days.0.from",
    ],
    ["a date without a zone", event.send, { from: "2024-03-01T10:20:30" }, "from"],
    ["a field that is not in the reference", event.send, { colour: "red" }, "colour"],
  ])("%s is refused", (_, schema, value, path) => {
    expect(read(schema, value)).toEqual([path]);
  });

  test("a title may be null, and dates take their one form", () => {
    expect(read(event.send, { title: null, from: new Date(0), to: "2024-03-01T10:20:30Z" })).toEqual({
      title: null,
      from: "1970-01-01T00:00:00.000000Z",
      to: "2024-03-01T10:20:30.000000Z",
    });
  });
});
