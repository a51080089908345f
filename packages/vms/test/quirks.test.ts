// What back ends of several years send, and the publisher would not: where the platforms part ways (pusher-protocol
// 8.3 to 8.5, 8.10), our client takes what either of them takes.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodePush } from "../src/push/decode.ts";
import { eventNames } from "../src/push/push-types.ts";
import { android } from "./decoders/android.ts";
import { ios } from "./decoders/ios.ts";
import { Receiver, startSite, tokenChannel, userChannel, type VmsSite } from "./vms-site.ts";

interface Quirk {
  readonly title: string;
  readonly channel?: string;
  readonly event?: string;
  readonly data: object;
  /** Type of our push, or the path of the fault after `fault at`. */
  readonly ours: string;
  /** The LiveData; `undefined`: dropped. */
  readonly android: string | undefined;
  /** The delegate's case; `undefined`: dropped. */
  readonly ios: string | undefined;
}

function push(inner: object, more: object = { subject: null, message: null }): object {
  return { data: inner, ...more };
}

const { tokenPush, notification } = eventNames;
const call = { id: 41, call_id: 31, title: "Door", call_created_at: "2024-05-08T09:10:11.000000Z" };

const appQuirks: readonly Quirk[] = [
  {
    title: "a type in capitals",
    data: push({ type: "Permissions_Updated" }),
    ours: "permissionsUpdate",
    android: "vmsPermissionsSocket",
    ios: undefined,
  },
  {
    title: "no subject",
    data: push({ type: "permissions_updated" }, {}),
    ours: "permissionsUpdate",
    android: undefined,
    ios: "permissionsUpdate",
  },
  {
    title: "an empty PHP array for the payload of a type that has none",
    data: push({ type: "permissions_updated", data: [] }),
    ours: "permissionsUpdate",
    android: "vmsPermissionsSocket",
    ios: undefined,
  },
  {
    title: "an empty PHP array for a payload",
    data: push({ type: "cameras_updated", data: [] }),
    ours: "camerasUpdate",
    android: "vmsCamerasSocket",
    ios: undefined,
  },
  {
    title: "a status that is neither ok nor error",
    data: push({ type: "groups_updated", status: "done" }),
    ours: "groupsUpdate",
    android: "vmsCamerasGroupsSocket",
    ios: undefined,
  },
  {
    title: "ids as text",
    data: push({ type: "cameras_updated", data: { attached: ["1"], detached: [] } }),
    ours: "camerasUpdate",
    android: "vmsCamerasSocket",
    ios: undefined,
  },
  {
    title: "a favourite without its camera",
    data: push({ type: "camera.store_favorite", data: { name: "Entrance" } }),
    ours: "fault at data.data.camera_id",
    android: "vmsCamerasFavoriteSocket",
    ios: undefined,
  },
  {
    title: "a new group without an id",
    data: push({ type: "groups_created", data: { name: "Yard" } }),
    ours: "groupsUpdate",
    android: "vmsGroupSocket",
    ios: "groupsUpdate",
  },
  {
    title: "deleted groups without ids",
    data: push({ type: "groups_deleted", data: {} }),
    ours: "groupsUpdate",
    android: "vmsGroupSocket",
    ios: "groupsUpdate",
  },
  {
    title: "an archive by the old field alone",
    event: tokenPush,
    channel: tokenChannel,
    data: push({ type: "archive_generated", data: { url: "https://example.org/a" } }),
    ours: "archiveGenerated",
    android: "vmsArchiveLinkSocket",
    ios: "archiveGenerated",
  },
  {
    title: "an event of analytics that cannot be read",
    data: push({ type: "analytic_case_face_event_created", data: { id: 1, camera: "3" } }),
    ours: "fault at data.data.camera",
    android: undefined,
    ios: "analyticEventCreated",
  },
  {
    title: "a logout on the user's channel",
    data: push({ type: "logout" }),
    ours: "logout",
    android: "vmsLogoutSocket",
    ios: undefined,
  },
  {
    title: "an archive on the user's channel",
    data: push({ type: "archive_generated", data: { url: null } }),
    ours: "archiveGenerated",
    android: "vmsArchiveLinkSocket",
    ios: undefined,
  },
  {
    title: "a user's event under the name of a login's, which iOS takes for a logout",
    event: tokenPush,
    channel: tokenChannel,
    data: push({ type: "permissions_updated" }),
    ours: "permissionsUpdate",
    android: "vmsPermissionsSocket",
    ios: "logout",
  },
  {
    title: "a login's event on the user's channel",
    event: tokenPush,
    data: push({ type: "logout" }),
    ours: "logout",
    android: undefined,
    ios: "logout",
  },
  {
    title: "a type of the future",
    data: push({ type: "weather_updated", data: { rain: true } }),
    ours: "unknown",
    android: undefined,
    ios: undefined,
  },
  {
    title: "an event of another name",
    event: "App\\Events\\Weather",
    data: { rain: true },
    ours: "unknown",
    android: undefined,
    ios: undefined,
  },
];

const intercomQuirks: readonly Quirk[] = [
  {
    title: "a type in capitals",
    event: notification,
    data: { id: "n", type: "Intercom.Delete", deleted_ids: [1] },
    ours: "intercomsDeleted",
    android: "vmsIntercomSocket",
    ios: undefined,
  },
  {
    title: "no id of the notification",
    event: notification,
    data: { type: "intercom.delete", deleted_ids: [1] },
    ours: "intercomsDeleted",
    android: undefined,
    ios: "intercomsDeleted",
  },
  {
    title: "an intercom in a state that is not in the list",
    event: notification,
    data: { id: "n", type: "intercom.store", intercom: { id: 1, status: "resting" } },
    ours: "intercomStored",
    android: "vmsIntercomSocket",
    ios: undefined,
  },
  {
    title: "a call in a state that is not in the list",
    event: notification,
    data: { id: "n", type: "intercom.call.store", intercom_call: { id: 1, status: "waiting" } },
    ours: "intercomCallStored",
    android: "vmsVisitHistorySocket",
    ios: undefined,
  },
  {
    title: "the type that is a constant only",
    event: notification,
    data: { id: "n", type: "intercom.add", intercom: { id: 1 } },
    ours: "unknown",
    android: undefined,
    ios: undefined,
  },
  {
    title: "a cancelled call under the name of a user's event, where Android alone looks for it",
    data: { type: "intercom_cancel", data: call },
    ours: "callCanceled",
    android: "vmsCancelCallSocket",
    ios: undefined,
  },
  {
    title: "a cancelled call with ids as text, as Android has them",
    event: notification,
    data: { type: "intercom_cancel", data: { ...call, id: "41", call_id: "31" } },
    ours: "callCanceled",
    android: "vmsCancelCallSocket",
    ios: undefined,
  },
  {
    title: "a cancelled call in capitals",
    event: notification,
    data: { id: "n", type: "Intercom_Cancel", data: call },
    ours: "callCanceled",
    android: undefined,
    ios: undefined,
  },
];

let site: VmsSite;
let receiver: Receiver;
beforeAll(async () => {
  site = await startSite();
  receiver = await Receiver.start(site);
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

describe.each([
  ["an app push", appQuirks],
  ["an intercom push", intercomQuirks],
] as const)("%s with", (_kind, quirks) => {
  test.each(quirks.map((quirk) => [quirk.title, quirk] as const))("%s", async (_title, quirk) => {
    const { channel = userChannel, event = eventNames.userPush, data } = quirk;
    await site.raw.trigger(channel, event, data);
    const frame = await receiver.frames.next();

    const decoded = decodePush(frame);
    if (decoded.kind === "ignored") throw new Error("an event of the application was ignored");
    const ours = decoded.kind === "fault" ? `fault at ${decoded.fault.path}` : decoded.push.type;
    const onAndroid = android(frame);
    const onIos = ios(frame);
    expect({
      ours,
      android: onAndroid.delivered ? onAndroid.to : undefined,
      ios: onIos.delivered ? onIos.case : undefined,
    }).toEqual({ ours: quirk.ours, android: quirk.android, ios: quirk.ios });
  });
});

test("a date in another form is the present moment to iOS, so the publisher sends it in the one that it reads", async () => {
  const inner = { type: "mark_created", data: { id: 1, from: "2024-05-08T12:10:11+03:00" } };
  await site.raw.trigger(userChannel, eventNames.userPush, push(inner));
  expect(ios(await receiver.frames.next())).toMatchObject({ value: { from: "now" } });
  await site.publisher.toUser(42).markCreated({ id: 1, from: "2024-05-08T12:10:11+03:00" });
  expect(ios(await receiver.frames.next())).toMatchObject({ value: { from: "2024-05-08T09:10:11.000000Z" } });
});
