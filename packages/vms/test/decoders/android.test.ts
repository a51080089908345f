import { describe, expect, test } from "bun:test";

import { android } from "./android.ts";

const tokenPush = "App\\Events\\TokenPush";
const userPush = "App\\Events\\UserPush";
const notification = "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";

function onUser(data: unknown, event = userPush) {
  return android({ channel: "private-user.42", event, data: JSON.stringify(data) });
}

function push(type: string, data?: unknown) {
  return onUser({ data: { type, data }, subject: null, message: null });
}

function intercomPush(fields: object) {
  return onUser(fields, notification);
}

describe("which events Android hears", () => {
  const data = JSON.stringify({ data: { type: "groups_updated" }, subject: null });
  test.each([
    ["private-user.42", userPush, true],
    ["private-token.a1", tokenPush, true],
    ["private-user.42", tokenPush, false],
    ["private-token.a1", userPush, false],
    ["private-user.42", "App\\Events\\Other", false],
    ["public", userPush, false],
  ])("on %s of %s: %p", (channel, event, heard) => {
    expect(android({ channel, event, data }).delivered).toBe(heard);
  });

  test("data that is an object, not its text, is dropped", () => {
    const outcome = android({ channel: "private-user.42", event: userPush, data: JSON.parse(data) });
    expect(outcome.delivered).toBe(false);
  });

  test.each(["", "null", "[]", "7", "{"])("data %p is dropped", (text) => {
    expect(android({ channel: "private-user.42", event: userPush, data: text }).delivered).toBe(false);
  });
});

describe("Android's envelope of app pushes", () => {
  test.each([
    ["no data", { subject: null }],
    ["data as an empty array", { data: [], subject: null }],
    ["no type", { data: {}, subject: null }],
    ["a type that is no text", { data: { type: 4 }, subject: null }],
    ["no key subject", { data: { type: "groups_updated" }, message: null }],
    ["an unknown type", { data: { type: "layouts_updated" }, subject: null }],
  ])("%s drops the event", (_, root) => {
    expect(onUser(root).delivered).toBe(false);
  });

  test("a subject of null becomes the text null", () => {
    expect(push("logout")).toEqual({ delivered: true, to: "vmsLogoutSocket", value: { subject: "null" } });
  });

  test("the type is compared ignoring case", () => {
    expect(push("Groups_Updated")).toMatchObject({ to: "vmsCamerasGroupsSocket" });
  });

  test("TokenPush carries what UserPush carries", () => {
    const data = JSON.stringify({ data: { type: "permissions_updated" }, subject: null });
    expect(android({ channel: "private-token.a1", event: tokenPush, data })).toMatchObject({
      to: "vmsPermissionsSocket",
    });
  });
});

describe("what Android makes of payloads", () => {
  test("an empty array is fine for a type without a payload", () => {
    expect(push("permissions_updated", [])).toMatchObject({ value: { type: "permissions_updated" } });
  });

  test.each([
    ["cameras_updated", "vmsCamerasSocket"],
    ["camera.store_favorite", "vmsCamerasFavoriteSocket"],
    ["groups_created", "vmsGroupSocket"],
    ["mark_created", "vmsMarksSocket"],
  ])("%s with a payload it cannot parse has its type alone", (type, to) => {
    expect(push(type, [])).toEqual({ delivered: true, to, value: { type } });
  });

  test("an archive it cannot parse is an empty link", () => {
    expect(push("archive_generated", [])).toMatchObject({ value: { url: null, download: null } });
  });

  test("an event of analytics it cannot parse is dropped", () => {
    expect(push("analytic_case_face_event_created", []).delivered).toBe(false);
    expect(push("analytic_case_face_event_created", { camera: [] }).delivered).toBe(false);
  });

  test("faces alone go to the intercom", () => {
    const data = { id: 1, is_intercom: true };
    expect(push("analytic_case_face_event_created", data)).toMatchObject({ to: "vmsIntercomEventSocket" });
    expect(push("analytic_case_smoke_fire_event_created", data)).toMatchObject({
      to: "vmsAnalyticEventCreatedSocket",
    });
  });

  test("numbers become text and digits become numbers", () => {
    expect(push("groups_created", { id: "7", name: 5 })).toMatchObject({
      value: { data: { id: 7, name: "5" } },
    });
  });

  test("an integer of more than 32 bits cannot be parsed", () => {
    expect(push("groups_created", { id: 2_147_483_648 })).toMatchObject({
      value: { type: "groups_created" },
    });
  });
});

describe("what Android makes of intercom pushes", () => {
  test("an id of the notification is needed", () => {
    expect(intercomPush({ type: "intercom.delete", deleted_ids: [1] }).delivered).toBe(false);
    expect(intercomPush({ type: "Intercom.Delete", deleted_ids: [1], id: "u" })).toMatchObject({
      to: "vmsIntercomSocket",
      value: { deleted_ids: [1], id: "u", intercom: null },
    });
  });

  test.each(["intercom.add", "analytic_case_face_event_created", "anything"])("%s is ignored", (type) => {
    expect(intercomPush({ type, id: "u" }).delivered).toBe(false);
  });

  test("an empty array for the intercom drops the push", () => {
    expect(intercomPush({ type: "intercom.store", id: "u", intercom: [] }).delivered).toBe(false);
  });

  test("a cancelled call is found in every event, by its exact type, and its ids are text", () => {
    const cancel = { type: "intercom_cancel", data: { id: 1, call_id: 2 } };
    for (const event of [userPush, notification]) {
      expect(onUser(cancel, event)).toMatchObject({
        to: "vmsCancelCallSocket",
        closesRing: true,
        value: { data: { id: "1", call_id: "2", title: null } },
      });
    }
    expect(onUser({ ...cancel, type: "Intercom_Cancel" }, notification).delivered).toBe(false);
  });
});
