import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appPushModels } from "../src/push/app-push.ts";
import { decodePush } from "../src/push/decode.ts";
import { intercomPushModels } from "../src/push/intercom-push.ts";
import { android } from "./decoders/android.ts";
import { ios } from "./decoders/ios.ts";
import { appRows, intercomRows, type EventRow, type Expected, type Publishers } from "./event-rows.ts";
import {
  caller,
  Receiver,
  startSite,
  tokenChannel,
  userChannel,
  type Frame,
  type VmsSite,
} from "./vms-site.ts";

const baseUrl = "https://vms.example.com/";

let site: VmsSite;
let receiver: Receiver;
let to: Publishers;
beforeAll(async () => {
  site = await startSite();
  receiver = await Receiver.start(site);
  to = {
    user: site.publisher.toUser(caller.userId),
    token: site.publisher.toToken(caller.accessTokenId),
  };
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

function title({ type, about }: EventRow<string>): string {
  return about === undefined ? type : `${type} ${about}`;
}

function oursGets(frame: Frame, { ours }: Expected, kind: "app" | "intercom"): void {
  const decoded = decodePush(frame, { baseUrl });
  expect(decoded).toMatchObject({ kind, push: { ...ours, event: frame.event, channel: frame.channel } });
}

function androidGets(frame: Frame, expected: Expected["android"]): void {
  const outcome = android(frame);
  if (expected === undefined) {
    expect<unknown>(outcome).toEqual({
      delivered: false,
      reason: expect.stringMatching(/is not known$/) as unknown,
    });
    return;
  }
  const [name, value] = expected;
  expect(outcome).toMatchObject({ delivered: true, to: name, value });
}

function iosGets(frame: Frame, expected: Expected["ios"], where: string): void {
  const outcome = ios(frame, "https://vms.example.com");
  if (expected === undefined) {
    expect<unknown>(outcome).toEqual({
      delivered: false,
      reason: expect.stringMatching(/^nothing is dispatched/) as unknown,
    });
    return;
  }
  const [name, value] = expected;
  expect(outcome).toMatchObject({
    delivered: true,
    to: where,
    case: name,
    ...(value === undefined ? {} : { value }),
  });
  expect("value" in outcome).toBe(value !== undefined);
  // What iOS makes of a date that it cannot read.
  expect(JSON.stringify(outcome)).not.toContain('"now"');
}

/** The channel of a row's frame, and one form of data for all: an object's JSON, as text. */
function isSound(frame: Frame, channel: string): void {
  expect(frame.channel).toBe(channel);
  expect(frame.data).toBeString();
  expect(JSON.parse(String(frame.data))).toBeObject();
}

describe("an app push is understood by our client and by both mobile apps", () => {
  test.each(appRows.map((row) => [title(row), row] as const))("%s", async (_title, row) => {
    await row.publish(to);
    const frame = await receiver.frames.next();
    isSound(frame, row.type === "logout" || row.type === "archive_generated" ? tokenChannel : userChannel);
    const envelope = JSON.parse(String(frame.data)) as object;
    expect(envelope).toContainKeys(["data", "subject", "message"]);
    oursGets(frame, row, "app");
    androidGets(frame, row.android);
    iosGets(
      frame,
      row.ios,
      row.ios?.[0] === "intercomEventStored" ? "receivedIntercomSocket" : "receivedAppSocket",
    );
  });
});

describe.each(["user", "token"] as const)("an intercom push on the channel of a %s", (channel) => {
  test.each(intercomRows.map((row) => [title(row), row] as const))("%s", async (_title, row) => {
    // A login's publisher has the same methods.
    await row.publish(channel === "user" ? to : { ...to, user: { ...to.user, ...to.token } });
    const frame = await receiver.frames.next();
    isSound(frame, channel === "user" ? userChannel : tokenChannel);
    oursGets(frame, row, "intercom");
    androidGets(frame, row.android);
    iosGets(frame, row.ios, "receivedIntercomSocket");
  });
});

describe("the rows are complete", () => {
  test("every type of both tables has one", () => {
    const types = (rows: readonly EventRow<string>[]): string[] =>
      [...new Set(rows.map(({ type }) => type))].toSorted();
    expect(types(appRows)).toEqual(Object.keys(appPushModels).toSorted());
    expect(types(intercomRows)).toEqual(Object.keys(intercomPushModels).toSorted());
    // 8.4 has 24 types, 8.5 has 13 that are ever sent.
    expect(types(appRows)).toHaveLength(24);
    expect(types(intercomRows)).toHaveLength(13);
  });

  test("every method of the publishers is called by one", async () => {
    const called = new Set<string>();
    const recording = <Publisher extends object>(of: string, publisher: Publisher): Publisher =>
      new Proxy(publisher, {
        get(target, name, self) {
          called.add(`${of}.${String(name)}`);
          return Reflect.get(target, name, self) as unknown;
        },
      });
    const rows = [...appRows, ...intercomRows];
    const user = recording("user", to.user);
    const token = recording("token", to.token);
    for (const { publish } of rows) await publish({ user, token });
    for (let heard = 0; heard < rows.length; heard += 1) await receiver.frames.next();
    const own = Object.keys(to.token).filter((name) => !Object.hasOwn(to.user, name));
    expect([...called].toSorted()).toEqual(
      [
        ...Object.keys(to.user).map((name) => `user.${name}`),
        ...own.map((name) => `token.${name}`),
      ].toSorted(),
    );
  });
});

test("whoever made the change is left out, by the id of its socket", async () => {
  await using other = await Receiver.start(site);
  const user = site.publisher.toUser(caller.userId, { exceptSocketId: receiver.socketId });
  await user.groupsUpdated();
  await to.user.permissionsUpdated();
  const told = async ({ frames }: Receiver): Promise<unknown> =>
    JSON.parse(String((await frames.next()).data));
  expect(await told(other)).toMatchObject({ data: { type: "groups_updated" } });
  expect(await told(receiver)).toMatchObject({ data: { type: "permissions_updated" } });
});
