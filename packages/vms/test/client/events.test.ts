import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  VMSAppSocketType,
  VMSIntercomPushTypes,
  VMSSocketEvents,
  eventNames,
  vmsPusherErrorHandler,
  type VMSArchiveLink,
  type VMSPusherApi,
  type VMSSocketName,
} from "@twinwire/vms";
import type { Observable } from "rxjs";
import { eventCases } from "./event-cases.ts";
import { channels, ClientSite, listening } from "./site.ts";

let site: ClientSite;
let api: VMSPusherApi;
/** What the observables said, those of this client and those of all. */
const own: [string, unknown][] = [];
const shared: [string, unknown][] = [];

/** Methods cannot be compared. */
function comparable(value: object): unknown {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "getURL"));
}

function observable(events: VMSSocketEvents, name: string): Observable<object> {
  return events[name as VMSSocketName];
}

beforeAll(async () => {
  site = await ClientSite.start();
  api = site.client();
  for (const [log, events] of [
    [own, api.events],
    [shared, VMSSocketEvents],
  ] as const)
    for (const name of Object.keys(events))
      observable(events, name).subscribe((value) => {
        log.push([name, comparable(value)]);
      });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

test.each(eventCases.map((row) => [row.title, row] as const))(
  "%s comes to its observable and to the delegate",
  async (_, { channel = channels.annUser, event, data, stream, value, to, socket }) => {
    own.length = 0;
    shared.length = 0;
    const counts = [site.told.app.all.length, site.told.intercom.all.length] as const;
    await site.publish(channel, event, data);
    expect(await site.told[to].next()).toMatchObject({ ...socket, event, channel, raw: data });
    expect(own).toEqual([[stream, value]]);
    expect(shared).toEqual([[stream, value]]);
    // Nobody else was told.
    expect(site.told.app.all.length + site.told.intercom.all.length).toBe(counts[0] + counts[1] + 1);
    expect(site.told.errors.all).toEqual([]);
  },
);

test("every type of both envelopes is among them", () => {
  const titles = new Set(eventCases.map(({ title }) => title));
  const types = [...Object.values(VMSAppSocketType), ...Object.values(VMSIntercomPushTypes)];
  expect(types.filter((type) => !titles.has(type))).toEqual([]);
  const streams = new Set(eventCases.map(({ stream }) => stream));
  expect(Object.keys(VMSSocketEvents).filter((name) => !streams.has(name as VMSSocketName))).toEqual([
    "vmsErrorSocket",
  ]);
});

test("an archive's link says its URL by either field, and nothing when it failed", async () => {
  const links: (string | undefined)[] = [];
  const subscription = api.events.vmsArchiveLinkSocket.subscribe((link: VMSArchiveLink) => {
    links.push(link.getURL());
  });
  for (const data of [{ url: "https://a" }, { download: { url: "https://b" } }, { url: null }]) {
    await site.publish(channels.annToken, eventNames.tokenPush, {
      data: { type: "archive_generated", status: "error", data },
      subject: null,
      message: null,
    });
    await site.told.app.next();
  }
  subscription.unsubscribe();
  expect(links).toEqual(["https://a", "https://b", undefined]);
});

test("only cancelled calls and errors are replayed to who comes late", () => {
  const late: string[] = [];
  for (const name of Object.keys(VMSSocketEvents))
    observable(api.events, name)
      .subscribe(() => late.push(name))
      .unsubscribe();
  // There was no connection error.
  expect(late).toEqual(["vmsCancelCallSocket"]);
});

test("a push that does not fit goes to the error surfaces with the path of the misfit, and nowhere else", async () => {
  own.length = 0;
  await site.publish(channels.annUser, eventNames.userPush, {
    data: { type: "camera.store_favorite", data: { camera_id: { no: "number" } } },
    subject: null,
    message: null,
  });
  const error = await site.told.errors.next();
  expect(error.fault).toMatchObject({
    kind: "invalid",
    type: "camera.store_favorite",
    event: eventNames.userPush,
    channel: channels.annUser,
  });
  expect(error.path).toBe("data.data.camera_id");
  expect(error.message).toContain("data.data.camera_id");
  expect(api.errors.value?.error).toBe(error);
  expect(vmsPusherErrorHandler.value?.error).toBe(error);
  expect(own).toEqual([]);
  expect(api.isConnected()).toBe(true);
});
