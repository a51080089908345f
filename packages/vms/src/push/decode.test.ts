import { describe, expect, test } from "bun:test";

import { archiveUrl } from "./app-push.ts";
import { decodePush } from "./decode.ts";
import type { DecodedPush } from "./decode.ts";
import { eventNames, VMSAppSocketType, VMSIntercomPushTypes } from "./push-types.ts";

const channel = "private-user.42";

function app(type: string, data?: unknown, more: object = {}): DecodedPush {
  return decodePush({ channel, event: eventNames.userPush, data: { data: { type, data }, ...more } });
}

function notified(fields: object): DecodedPush {
  return decodePush({ channel, event: eventNames.notification, data: fields });
}

describe("app pushes", () => {
  test.each([
    ["logout", undefined, { type: "logout", data: { subject: "Bye" } }],
    ["permissions_updated", undefined, { type: "permissionsUpdate" }],
    ["permissions_updated", [], { type: "permissionsUpdate" }],
    [
      "cameras_updated",
      { attached: ["1"], detached: [2] },
      { type: "camerasUpdate", data: { attached: [1], detached: [2] } },
    ],
    ["cameras_updated", [], { type: "camerasUpdate", data: {} }],
    ["cameras_updated", undefined, { type: "camerasUpdate", data: {} }],
    [
      "camera.store_favorite",
      { camera_id: 7, user_id: 1 },
      { type: "addFavoriteCamera", data: { cameraId: 7, userId: 1 } },
    ],
    ["camera.destroy_favorite", { camera_id: "7" }, { type: "removeFavoriteCamera", data: { cameraId: 7 } }],
    ["groups_updated", undefined, { type: "groupsUpdate", name: "groups_updated" }],
    ["camera_groups_synced", undefined, { type: "cameraGroupsSynced" }],
    ["groups_created", { id: 2, name: "Yard" }, { type: "groupsCreated", data: { id: 2, name: "Yard" } }],
    ["groups_created", [], { type: "groupsUpdate", name: "groups_created" }],
    ["groups_deleted", { ids: [1, "2"] }, { type: "groupsDeleted", data: [1, 2] }],
    ["groups_deleted", null, { type: "groupsUpdate", name: "groups_deleted" }],
    ["mark_created", { id: 1, camera_id: 7 }, { type: "eventCreated", data: { id: 1, cameraId: 7 } }],
    ["mark_updated", { id: 1, title: null }, { type: "eventUpdated", data: { id: 1 } }],
    ["mark_deleted", { id: 1, extra_field: 1 }, { type: "eventDeleted", data: { id: 1, extraField: 1 } }],
    ["archive_generated", { url: "a" }, { type: "archiveGenerated", data: { url: "a" } }],
    ["archive_generated", { url: null }, { type: "archiveGenerated", data: {} }],
    ["archive_generated", [], { type: "archiveGenerated", data: {} }],
    ["layouts_updated", undefined, { type: "layoutsUpdate" }],
    ["Mark_Created", { id: 1 }, { type: "eventCreated", name: "mark_created" }],
  ])("%s with %j", (type, data, push) => {
    expect(app(type, data, { subject: "Bye" })).toMatchObject({ kind: "app", push });
  });

  test.each(Object.values(VMSAppSocketType).filter((type) => type.startsWith("analytic_")))("%s", (name) => {
    const push = { type: "analyticEventCreated", name, isIntercom: false, data: { id: 1 } };
    expect(app(name, { id: 1 })).toMatchObject({ push });
    expect(app(name, { id: 1, is_intercom: true })).toMatchObject({
      push: { ...push, isIntercom: true, data: { id: 1 } },
    });
  });

  test("TokenPush and UserPush are read alike, as text and as values", () => {
    const data = {
      data: { type: "mark_created", status: "ok", data: { id: 1 } },
      subject: null,
      message: "m",
    };
    const push = { type: "eventCreated", channel, status: "ok", message: "m", data: { id: 1 }, raw: data };
    for (const event of [eventNames.tokenPush, eventNames.userPush]) {
      expect(decodePush({ channel, event, data })).toMatchObject({ kind: "app", push: { ...push, event } });
      expect(decodePush({ channel, event, data: JSON.stringify(data) })).toEqual(
        decodePush({ channel, event, data }),
      );
    }
  });

  test("the case of analytics is made from the socket's two fields", () => {
    expect(app("analytic_case_face_event_created", { case_type: "face", analytic_case_id: 4 })).toMatchObject(
      {
        push: { data: { type: "face", analyticCase: { id: 4, type: "face" } } },
      },
    );
  });

  test.each([
    ["/f.jpg", "https://vms.example.com/base", "https://vms.example.com/base/f.jpg"],
    ["/f.jpg", "https://vms.example.com/", "https://vms.example.com/f.jpg"],
    ["/f.jpg", undefined, "/f.jpg"],
    ["https://cdn/f.jpg", "https://vms.example.com", "https://cdn/f.jpg"],
    ["//cdn/f.jpg", "https://vms.example.com", "//cdn/f.jpg"],
  ])("a file at %s under %p is at %s", (url, baseUrl, whole) => {
    const data = {
      data: { type: "analytic_case_face_event_created", data: { analytic_file: { id: 1, url } } },
    };
    const decoded = decodePush({ channel, event: eventNames.userPush, data }, { baseUrl });
    expect(decoded).toMatchObject({ push: { data: { analyticFile: { id: 1, url: whole } } } });
  });

  test("an archive's link is found in either field", () => {
    expect(archiveUrl({ url: "old" })).toBe("old");
    expect(archiveUrl({ download: { url: "new" } })).toBe("new");
    expect(archiveUrl({})).toBeUndefined();
  });
});

describe("intercom pushes", () => {
  const intercom = { id: "11", available_answer_devices: ["phone"] };
  const read = { id: 11, availableAnswerDevices: ["phone"] };
  test.each([
    [
      "intercom.key_confirmed",
      { intercom, expire_in_seconds: 60 },
      { type: "intercomKeyConfirmed", data: read, expireInSeconds: 60 },
    ],
    [
      "intercom.key_error",
      { error: "e", intercom },
      { type: "intercomKeyError", data: { error: "e" }, intercom: read },
    ],
    ["intercom.add_error", { error: "e" }, { type: "intercomAddError", data: { error: "e" } }],
    ["intercom.store", { intercom }, { type: "intercomStored", data: read }],
    ["intercom.rename", { intercom }, { type: "intercomRenamed", data: read }],
    ["intercom.update", { intercom }, { type: "intercomUpdated", data: read }],
    ["intercom.delete", { deleted_ids: [1] }, { type: "intercomsDeleted", data: { deletedIds: [1] } }],
    [
      "intercom.code.store",
      { intercom_code: { id: 1, intercom } },
      { type: "intercomCodeStored", data: { id: 1, intercom: read } },
    ],
    [
      "intercom.code.delete",
      { deleted_ids: ["1"] },
      { type: "intercomCodesDeleted", data: { deletedIds: [1] } },
    ],
    [
      "intercom.call.store",
      { intercom_call: { id: 1, status: "busy" } },
      { type: "intercomCallStored", data: { id: 1, status: "busy" } },
    ],
    [
      "intercom.call.delete",
      { deleted_ids: [1] },
      { type: "callsDeleted", alias: "intercomCallsDeleted", data: { deletedIds: [1] } },
    ],
    [
      "intercom_cancel",
      { data: { id: 1, call_id: "2" } },
      { type: "callCanceled", alias: "intercomCallCanceled", data: { id: 1, callId: 2 } },
    ],
    [
      "analytic_case_face_event_created",
      { event: { id: 1 } },
      { type: "intercomEventStored", data: { id: 1 } },
    ],
    ["Intercom.Store", { intercom }, { type: "intercomStored", name: "intercom.store" }],
  ])("%s", (type, fields, push) => {
    expect(notified({ id: "n1", type, ...fields })).toMatchObject({
      kind: "intercom",
      push: { id: "n1", ...push },
    });
  });

  test.each(Object.values(VMSIntercomPushTypes))("%s without its payload is still told", (type) => {
    const decoded = notified({ type });
    expect(decoded.kind).toBe("intercom");
    expect(
      notified({ type, intercom: [], intercom_code: [], intercom_call: [], event: [], data: [] }),
    ).toMatchObject({ kind: "intercom" });
  });

  test.each(Object.values(eventNames))("a cancelled call is found in %s", (event) => {
    for (const type of ["intercom_cancel", "Intercom_Cancel"]) {
      const data = JSON.stringify({ type, data: { id: "1", call_id: "2", title: "Gate" } });
      expect(decodePush({ channel, event, data })).toMatchObject({
        kind: "intercom",
        push: { type: "callCanceled", event, data: { id: 1, callId: 2, title: "Gate" } },
      });
    }
  });
});

describe("what is not known is handed over", () => {
  const { userPush, notification } = eventNames;
  const app = "app";
  test.each([
    {
      what: "an unknown type of app push",
      event: userPush,
      data: { data: { type: "New_Type" } },
      kind: app,
      name: "New_Type",
    },
    {
      what: "an intercom's type in an app push",
      event: userPush,
      data: { data: { type: "intercom.store" } },
      kind: app,
      name: "intercom.store",
    },
    {
      what: "an unknown type of notification",
      event: notification,
      data: { type: "intercom.add" },
      kind: "intercom",
      name: "intercom.add",
    },
    {
      what: "a type named as objects' own",
      event: notification,
      data: { type: "constructor" },
      kind: "intercom",
      name: "constructor",
    },
    {
      what: "another event",
      event: "App\\Events\\Other",
      data: { a: [1] },
      kind: app,
      name: "App\\Events\\Other",
    },
    { what: "a client's event", event: "client-typing", data: "words", kind: app, name: "client-typing" },
  ])("$what", ({ event, data, kind, name }) => {
    const push = { type: "unknown", name, event, channel, raw: data };
    expect<unknown>(decodePush({ channel, event, data })).toEqual({ kind, push });
    expect<unknown>(decodePush({ channel, event, data: JSON.stringify(data) })).toEqual({ kind, push });
  });

  test.each(["pusher:subscription_succeeded", "pusher_internal:member_added"])(
    "%s is Pusher's own",
    (event) => {
      expect(decodePush({ channel, event, data: {} })).toEqual({ kind: "ignored" });
    },
  );
});

describe("what does not fit is a fault with its path", () => {
  const { userPush, notification } = eventNames;
  test.each([
    [userPush, "{", undefined, ""],
    [userPush, null, undefined, ""],
    [userPush, "[]", undefined, ""],
    [userPush, {}, undefined, "data"],
    [userPush, { data: [] }, undefined, "data"],
    [userPush, { data: {} }, undefined, "data.type"],
    [userPush, { data: { type: {} } }, undefined, "data.type"],
    [userPush, { data: { type: "mark_created" } }, "mark_created", "data.data"],
    [userPush, { data: { type: "mark_created", data: [] } }, "mark_created", "data.data"],
    [
      userPush,
      { data: { type: "Mark_Created", data: { camera: { id: "x" } } } },
      "mark_created",
      "data.data.camera.id",
    ],
    [
      userPush,
      { data: { type: "cameras_updated", data: { attached: [1, {}] } } },
      "cameras_updated",
      "data.data.attached[1]",
    ],
    [
      userPush,
      { data: { type: "camera.store_favorite", data: {} } },
      "camera.store_favorite",
      "data.data.camera_id",
    ],
    [notification, { id: "n1" }, undefined, "type"],
    [notification, { type: "intercom.store", intercom: { title: "x" } }, "intercom.store", "intercom.id"],
    [notification, { type: "intercom_cancel", data: { id: 1 } }, "intercom_cancel", "data.call_id"],
  ])("%s %j", (event, data, type, path) => {
    const decoded = decodePush({ channel, event, data });
    expect(decoded.kind).toBe("fault");
    if (decoded.kind !== "fault") return;
    const { fault } = decoded;
    expect({ event: fault.event, channel: fault.channel, type: fault.type, path: fault.path }).toEqual({
      event,
      channel,
      type,
      path,
    });
    expect(fault.message).not.toBe("");
    expect(fault.issues[0]?.path).toBe(path);
  });

  test("the raw data goes with it", () => {
    const data = { data: { type: "mark_created", data: 7 } };
    expect(decodePush({ channel, event: userPush, data: JSON.stringify(data) })).toMatchObject({
      fault: { raw: data },
    });
    expect(decodePush({ channel, event: userPush, data: "{" })).toMatchObject({ fault: { raw: "{" } });
  });
});
