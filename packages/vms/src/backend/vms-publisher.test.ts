import { describe, expect, test } from "bun:test";
import { InvalidEventError } from "@twinwire/events";
import type { VmsTrigger } from "./sending.ts";
import type { VmsTokenPublisher } from "./token-publisher.ts";
import type { VmsUserPublisher } from "./user-publisher.ts";
import { vmsPublisher } from "./vms-publisher.ts";

class Recording implements VmsTrigger {
  readonly sent: unknown[] = [];

  async trigger(...call: unknown[]): Promise<void> {
    this.sent.push(call);
  }
}

/** Callers without types, or with data from elsewhere. */
type Untyped<Publisher> = { [Name in keyof Publisher]: (...args: unknown[]) => Promise<void> };
type Attempt = (to: {
  readonly user: Untyped<VmsUserPublisher>;
  readonly token: Untyped<VmsTokenPublisher>;
}) => Promise<void>;

const at = "2024-05-08T09:10:11.000000Z";
const camera = { id: 3, status: "active", isFavorite: true };
const code = { id: 1, createdAt: at, expiredAt: at, willDeletedAt: at, isExpired: false };
const canceled = { id: 1, callId: 2, title: "Door", callCreatedAt: at };

/** What one of the platforms would drop or misread, and where the fault is. */
const refused: readonly (readonly [why: string, attempt: Attempt, path: string])[] = [
  ["an id as text", ({ user }) => user.camerasUpdated({ attached: ["1"] }), "attached[0]"],
  ["an id that is no whole number", ({ user }) => user.groupsDeleted({ ids: [1.5] }), "ids[0]"],
  ["an empty list for an object", ({ user }) => user.camerasUpdated([]), ""],
  ["nothing where something belongs", ({ user }) => user.markCreated(undefined), ""],
  ["a favourite without its camera", ({ user }) => user.favoriteStored({ name: "A" }), "cameraId"],
  ["a group without a name", ({ user }) => user.groupCreated({ id: 1 }), "name"],
  ["deleted groups without ids", ({ user }) => user.groupsDeleted({}), "ids"],
  ["a date that is none", ({ user }) => user.markCreated({ from: "yesterday" }), "from"],
  [
    "a date that is invalid",
    ({ user }) => user.markUpdated({ createdAt: new Date(Number.NaN) }),
    "createdAt",
  ],
  [
    "a camera in no state of the list",
    ({ user }) => user.markDeleted({ camera: { ...camera, status: "asleep" } }),
    "camera.status",
  ],
  [
    "a camera that is no favourite nor not",
    ({ user }) => user.markCreated({ camera: { id: 3, status: "active" } }),
    "camera.isFavorite",
  ],
  ["text for a number", ({ user }) => user.analyticEventCreated("face", { rect: "2" }), "rect"],
  ["a field that is not known", ({ user }) => user.markCreated({ colour: "red" }), "colour"],
  ["a kind of analytics that is not known", ({ user }) => user.analyticEventCreated("smell", {}), "kind"],
  ["a kind that every object has", ({ user }) => user.analyticEventCreated("constructor", {}), "kind"],
  ["no intercom", ({ user }) => user.intercomStored({}), "intercom"],
  [
    "an intercom in no state of the list",
    ({ user }) => user.intercomUpdated({ intercom: { id: 1, status: "resting" } }),
    "intercom.status",
  ],
  [
    "an answering device that is not in the list",
    ({ user }) => user.intercomRenamed({ intercom: { id: 1, availableAnswerDevices: ["phone"] } }),
    "intercom.availableAnswerDevices[0]",
  ],
  [
    "a time of day without seconds",
    ({ user }) =>
      user.intercomStored({ intercom: { id: 1, timetable: { days: [{ type: "monday", from: "08:00" }] } } }),
    "intercom.timetable.days[0].from",
  ],
  [
    "seconds as text",
    ({ user }) => user.intercomKeyConfirmed({ intercom: { id: 1 }, expireInSeconds: "60" }),
    "expireInSeconds",
  ],
  ["an error that is no text", ({ user }) => user.intercomKeyError({ error: 5 }), "error"],
  ["no error", ({ token }) => token.intercomAddError({}), "error"],
  ["deleted intercoms without ids", ({ token }) => token.intercomsDeleted({}), "deletedIds"],
  ["codes by text", ({ user }) => user.intercomCodesDeleted({ deletedIds: ["1"] }), "deletedIds[0]"],
  [
    "a code without a date",
    ({ user }) => user.intercomCodeStored({ intercomCode: { ...code, expiredAt: undefined } }),
    "intercomCode.expiredAt",
  ],
  [
    "a call in no state of the list",
    ({ user }) => user.intercomCallStored({ intercomCall: { id: 1, status: "waiting" } }),
    "intercomCall.status",
  ],
  ["calls as one id", ({ user }) => user.intercomCallsDeleted({ deletedIds: 1 }), "deletedIds"],
  ["a face without an event", ({ user }) => user.intercomEventStored({}), "event"],
  ["a cancelled call by text", ({ user }) => user.callCanceled({ ...canceled, callId: "2" }), "data.callId"],
  [
    "a cancelled call without its own id",
    ({ user }) => user.callCanceled({ ...canceled, id: undefined }),
    "data.id",
  ],
  ["a logout that says a number", ({ token }) => token.logout(5), "subject"],
  ["an archive without a link", ({ token }) => token.archiveGenerated({}), "url"],
  ["an archive with an empty link", ({ token }) => token.archiveGenerated({ url: "" }), "url"],
  ["an archive that failed a little", ({ token }) => token.archiveGenerated({ error: "yes" }), "error"],
  ["an archive that is nothing", ({ token }) => token.archiveGenerated(null), ""],
];

describe("is refused before anything is sent, with the path of the fault", () => {
  test.each(refused)("%s", async (_why, attempt, path) => {
    const target = new Recording();
    const publisher = vmsPublisher(target);
    const to = { user: publisher.toUser(42), token: publisher.toToken("login-1") };
    const error: unknown = await attempt(to as unknown as Parameters<Attempt>[0]).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(InvalidEventError);
    expect((error as InvalidEventError).issues.map((issue) => issue.path)).toContain(path);
    expect(target.sent).toEqual([]);
  });
});

test("every row above is of its own method's making: what fits is sent once, to one channel", async () => {
  const target = new Recording();
  const publisher = vmsPublisher(target);
  await publisher.toUser("42").camerasUpdated({ attached: [1], detached: [] });
  await publisher.toToken("login-1", { exceptSocketId: "1.2" }).archiveGenerated({ error: true });
  expect(target.sent).toEqual([
    [
      "private-user.42",
      "App\\Events\\UserPush",
      {
        data: { type: "cameras_updated", data: { attached: [1], detached: [] } },
        subject: null,
        message: null,
      },
      {},
    ],
    [
      "private-token.login-1",
      "App\\Events\\TokenPush",
      {
        data: { type: "archive_generated", status: "error", data: { url: null } },
        subject: null,
        message: null,
      },
      { socketId: "1.2" },
    ],
  ]);
});

test("a notification gets an id of its own, and keeps one that is given", async () => {
  const target = new Recording();
  const user = vmsPublisher(target).toUser(42);
  await user.intercomsDeleted({ deletedIds: [1] });
  await user.intercomsDeleted({ deletedIds: [1], id: "mine" });
  const named = (id: unknown): unknown => [
    "private-user.42",
    "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated",
    { id, type: "intercom.delete", deleted_ids: [1] },
    {},
  ];
  expect(target.sent).toEqual([
    named(expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)),
    named("mine"),
  ]);
});

test("a failure of the publisher is the caller's to handle", async () => {
  const broken: VmsTrigger = { trigger: () => Promise.reject(new Error("out of reach")) };
  expect(vmsPublisher(broken).toUser(42).groupsUpdated()).rejects.toThrow("out of reach");
});

test.each([
  ["", ""],
  [Number.NaN, undefined],
  [1.5, 7],
  [["1"], ["login"]],
  [null, null],
])("an id as %p names no channel", (userId, accessTokenId) => {
  const publisher = vmsPublisher(new Recording());
  expect(() => publisher.toUser(userId as number)).toThrow(TypeError);
  expect(() => publisher.toToken(accessTokenId as string)).toThrow(TypeError);
});

test.each([null, undefined, "", "12", "1.2:private-a"])(
  "with %p as X-Socket-ID every connection is told, instead of the event being refused",
  async (exceptSocketId) => {
    const given: unknown[] = [];
    const trigger: VmsTrigger["trigger"] = (_channel, _event, _data, options) => {
      given.push(options?.socketId);
      return Promise.resolve();
    };
    await vmsPublisher({ trigger }).toUser(42, { exceptSocketId }).groupsUpdated();
    expect(given).toEqual([undefined]);
  },
);
