import { describe, expect, test } from "bun:test";

import { ios } from "./ios.ts";

const tokenPush = "App\\Events\\TokenPush";
const userPush = "App\\Events\\UserPush";
const notification = "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";

function heard(event: string, data: unknown) {
  return ios({ channel: "private-user.42", event, data: JSON.stringify(data) });
}

function push(type: string, data?: unknown, event = userPush) {
  return heard(event, { data: { type, data }, subject: "Text" });
}

describe("which events iOS takes", () => {
  test("the name decides, whatever the channel", () => {
    const data = JSON.stringify({ data: { type: "groups_updated" } });
    for (const channel of ["private-user.42", "private-token.a1", "public"]) {
      expect(ios({ channel, event: userPush, data })).toMatchObject({ case: "groupsUpdate" });
    }
    expect(ios({ channel: "private-user.42", event: "App\\Events\\Other", data }).delivered).toBe(false);
  });

  test("data that is an object, not its text, is dropped", () => {
    const data = { data: { type: "groups_updated" } };
    expect(ios({ channel: "private-user.42", event: userPush, data }).delivered).toBe(false);
  });

  test.each(["", "null", "[]", "7", "{"])("data %p is dropped", (data) => {
    expect(ios({ channel: "private-user.42", event: userPush, data }).delivered).toBe(false);
  });
});

describe("iOS' envelope of app pushes", () => {
  test.each(["Groups_Updated", "other", "intercom.store"])("the type %p drops the event", (type) => {
    expect(push(type).delivered).toBe(false);
  });

  test.each([
    ["ok", true],
    ["error", true],
    [null, true],
    ["done", false],
    [1, false],
  ])("status %p: %p", (status, delivered) => {
    expect(heard(userPush, { data: { type: "groups_updated", status } }).delivered).toBe(delivered);
  });

  test("subject and message may be missing", () => {
    expect(heard(tokenPush, { data: { type: "logout" } })).toEqual({
      delivered: true,
      to: "receivedAppSocket",
      case: "logout",
    });
  });

  test("a TokenPush is an archive or else a logout", () => {
    expect(push("archive_generated", { url: null }, tokenPush)).toMatchObject({
      case: "archiveGenerated",
      value: {},
    });
    for (const type of ["logout", "cameras_updated", "mark_created"]) {
      expect(push(type, undefined, tokenPush)).toMatchObject({ case: "logout", value: "Text" });
    }
  });

  test.each(["logout", "archive_generated", "layouts_updated"])("%s in a UserPush does nothing", (type) => {
    expect(push(type).delivered).toBe(false);
  });
});

describe("what iOS makes of payloads", () => {
  test("an empty array drops every type, even one without a payload", () => {
    expect(push("permissions_updated", []).delivered).toBe(false);
    expect(push("cameras_updated", []).delivered).toBe(false);
    expect(push("permissions_updated", null)).toMatchObject({ case: "permissionsUpdate" });
  });

  test.each([
    ["detached", ["1"]],
    ["attached", { 0: 1 }],
    ["ids", [1.5]],
    ["id", "1"],
    ["camera_id", "1"],
    ["title", 1],
    ["name", 1],
    ["from", 1],
    ["url", 1],
    ["is_intercom", 1],
    ["download", []],
  ])("%s of a wrong type drops any push", (field, value) => {
    expect(push("permissions_updated", { [field]: value }).delivered).toBe(false);
  });

  test("groups without id or ids say only that they changed", () => {
    expect(push("groups_created", { id: 1, name: "Yard" })).toMatchObject({ case: "groupsCreated" });
    expect(push("groups_created", { name: "Yard" })).toMatchObject({ case: "groupsUpdate" });
    expect(push("groups_deleted", { ids: [1] })).toMatchObject({ case: "groupsDeleted", value: [1] });
    expect(push("groups_deleted")).toMatchObject({ case: "groupsUpdate" });
  });

  test("a favourite without camera_id is not delivered", () => {
    expect(push("camera.store_favorite", { name: "Gate" }).delivered).toBe(false);
  });

  test("all kinds of analytics go to the intercom where the flag says so", () => {
    const type = "analytic_case_smoke_fire_event_created";
    expect(push(type, { id: 1, is_intercom: true })).toMatchObject({
      to: "receivedIntercomSocket",
      case: "intercomEventStored",
    });
    expect(push(type, { id: 1 })).toMatchObject({ to: "receivedAppSocket", case: "analyticEventCreated" });
  });

  test("a relative URL of a file of analytics gets the base URL", () => {
    const file = { id: 1, name: "f", created_at: "x", updated_at: "x", url: "/f.jpg" };
    const outcome = push("analytic_case_face_event_created", { analytic_file: file });
    expect(outcome).toMatchObject({ value: { analyticFile: { url: "https://vms.example.com/f.jpg" } } });
  });

  test.each(["type", "created_at", "from", "to", "case_type"])("an event's %s must be text", (field) => {
    expect(push("mark_created", { [field]: 1 }).delivered).toBe(false);
  });

  test("other misfits of an event become nil", () => {
    const data = { id: 1, camera: { id: 7 }, analytic_file: { id: 1 }, rect: "2", similarity: "x" };
    expect(push("mark_created", data)).toMatchObject({ case: "eventCreated", value: { id: 1 } });
    expect(push("mark_created", { analytic_case_id: "4" }).delivered).toBe(false);
  });

  test("a date it cannot parse is the present moment", () => {
    expect(push("mark_created", { from: "2024-03-01T10:20:30Z" })).toMatchObject({ value: { from: "now" } });
    expect(push("mark_created", { from: "2024-03-01T10:20:30.000000Z" })).toMatchObject({
      value: { from: "2024-03-01T10:20:30.000000Z" },
    });
  });

  test("the case of analytics is made from the socket's two fields", () => {
    expect(push("mark_created", { case_type: "face", analytic_case_id: 4 })).toMatchObject({
      value: { type: "face", analyticCase: { id: 4, type: "face" } },
    });
  });

  test("an analytic event's type never matches, and its description is its pretty type", () => {
    const event = { id: 5, analytic_type: "face", description: "A face" };
    expect(push("mark_created", { event })).toMatchObject({
      value: { event: { id: 5, typePretty: "A face" } },
    });
    expect(JSON.stringify(push("mark_created", { event }))).not.toContain('"type"');
  });
});

describe("what iOS makes of intercom pushes", () => {
  test.each(["intercom.add", "Intercom.Store", "other", "analytic_case_face_event_created"])(
    "%s is dropped",
    (type) => {
      expect(heard(notification, { id: "u", type }).delivered).toBe(false);
    },
  );

  test("the id of the notification is not needed, and the value may be nil", () => {
    expect(heard(notification, { type: "intercom.store" })).toEqual({
      delivered: true,
      to: "receivedIntercomSocket",
      case: "intercomStored",
    });
  });

  test.each([
    ["a status out of the list", { id: 1, status: "new" }],
    ["an answer device out of the list", { id: 1, available_answer_devices: ["phone"] }],
    ["a camera with a status out of the list", { id: 1, camera: { id: 1, status: "off" } }],
    ["a camera without id", { id: 1, camera: {} }],
    ["an empty array for the timetable", { id: 1, timetable: [] }],
    ["an id in text", { id: "1" }],
  ])("an intercom with %s drops the push", (_, intercom) => {
    expect(heard(notification, { type: "intercom.store", intercom }).delivered).toBe(false);
  });

  test("a call with a status out of the list drops the push", () => {
    const intercom_call = { id: 1, status: "busy" };
    expect(heard(notification, { type: "intercom.call.store", intercom_call }).delivered).toBe(false);
  });

  test.each(["id", "created_at", "expired_at", "will_deleted_at"])("a code needs its %s", (field) => {
    const whole = { id: 1, created_at: "x", expired_at: "x", will_deleted_at: "x", is_expired: false };
    const intercom_code = { ...whole, [field]: undefined };
    expect(heard(notification, { type: "intercom.code.store", intercom_code: whole }).delivered).toBe(true);
    expect(heard(notification, { type: "intercom.code.store", intercom_code }).delivered).toBe(false);
  });

  test("a cancelled call needs numbers, and is read in notifications alone", () => {
    const cancel = (data: object) => ({ type: "intercom_cancel", data });
    expect(heard(notification, cancel({ id: 1, call_id: 2 }))).toMatchObject({
      case: "intercomCallCanceled",
      value: { id: 1, callId: 2 },
    });
    expect(heard(notification, cancel({ id: "1", call_id: "2" })).delivered).toBe(false);
    expect(heard(notification, cancel({ call_id: 2 })).delivered).toBe(false);
    expect(heard(userPush, cancel({ id: 1, call_id: 2 })).delivered).toBe(false);
  });
});
