import { expect, test } from "bun:test";
import { VMSSocketEvents } from "@twinwire/vms";
import { Events } from "../../../server/test/events.ts";
import { ann, bob, channels, ClientSite, listening } from "./site.ts";

const push = (subject: string) => ({ data: { type: "logout" }, subject, message: null });

test("a renewed token is used from then on, over the same connection", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const id = api.getSocketId();
  site.application.sessions.delete(ann.userToken);
  site.application.sessions.set("ann-token-2", ann);
  api.update({ userToken: "ann-token-2" });
  expect(api.headers()["Authorization"]).toBe("Bearer ann-token-2");
  expect(api.getSocketId()).toBe(id);
  site.network.cut();
  await listening(api);
  await listening(api, channels.annUser, channels.annToken);
  expect(site.application.authorizations(channels.annUser).map(({ token }) => token)).toEqual([
    ann.userToken,
    "ann-token-2",
  ]);
  expect(site.told.errors.all.map(({ fault }) => fault.kind)).toEqual(["lost"]);
});

test("a renewed token with a session of its own changes the session's channel, not the connection", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const id = api.getSocketId();
  const renewed = { userId: ann.userId, accessTokenId: "ann-session-2" };
  site.application.sessions.set("ann-token-2", renewed);
  api.Builder(site.socketUrl, site.appKey, "ann-token-2", ann.userId, renewed.accessTokenId);
  await listening(api, channels.annUser, "private-token.ann-session-2");
  expect(api.getSocketId()).toBe(id);
  // What is still sent to the old session is not heard: the next that comes is the new one's.
  await site.publish(channels.annToken, "App\\Events\\TokenPush", push("old"));
  await site.publish("private-token.ann-session-2", "App\\Events\\TokenPush", push("new"));
  expect(await site.told.app.next()).toMatchObject({ type: "logout", data: { subject: "new" } });
  expect(await site.listeners(channels.annToken)).toBe(0);
  expect(site.network.made).toBe(1);
});

test("a renewed token has the channels that were refused asked for at once", async () => {
  await using site = await ClientSite.start();
  const hours = 3_600_000;
  site.application.sessions.delete(ann.userToken);
  const api = site.client({ reconnect: { first: hours, longest: hours } });
  api.connect();
  expect(await site.told.errors.next()).toMatchObject({ fault: { kind: "authorization", status: 401 } });
  await site.told.errors.next();
  site.application.sessions.set("ann-token-2", ann);
  api.update({ userToken: "ann-token-2" });
  await listening(api, channels.annUser, channels.annToken);
});

test("a new user gets a new connection, and nothing of the old user's reaches it", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const id = api.getSocketId();
  // Published, and on its way when the user changes.
  const published = site.publish(channels.annUser, "App\\Events\\UserPush", push("for Ann"));
  api.Builder(site.socketUrl, site.appKey, bob.userToken, bob.userId, bob.accessTokenId).onConnect();
  await published;
  await listening(api, channels.bobUser, channels.bobToken);
  expect(api.getSocketId()).not.toBe(id);
  await site.network.until(1);
  expect(await site.listeners(channels.annUser)).toBe(0);
  expect(await site.listeners(channels.annToken)).toBe(0);
  await site.publish(channels.annUser, "App\\Events\\UserPush", push("for Ann"));
  await site.publish(channels.bobUser, "App\\Events\\UserPush", push("for Bob"));
  await site.told.app.first((socket) => socket.type === "logout" && socket.data.subject === "for Bob");
  expect(site.told.app.all).toHaveLength(1);
  expect(site.told.states.all.slice(2)).toEqual([
    "connected > disconnecting",
    "disconnecting > disconnected",
    "disconnected > connecting",
    "connecting > connected",
  ]);
});

test("users who come and go leave one connection and two subscriptions", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  for (let round = 0; round < 5; round += 1) {
    api.update(bob);
    api.update(ann);
  }
  await listening(api, channels.annUser, channels.annToken);
  await site.network.until(1);
  expect(await site.listeners(channels.annUser)).toBe(1);
  expect(await site.listeners(channels.bobUser)).toBe(0);
});

test("what was replayed to late subscribers is forgotten with its user", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const cancelled = new Events<unknown>();
  api.events.vmsCancelCallSocket.subscribe((call) => {
    cancelled.push(call);
  });
  const notification = "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";
  const call = { id: "n", type: "intercom_cancel", data: { id: 1, call_id: 2, title: "Door" } };
  await site.publish(channels.annUser, notification, call);
  await cancelled.next();
  const replayed = (): unknown[] => {
    const values: unknown[] = [];
    for (const events of [api.events, VMSSocketEvents])
      events.vmsCancelCallSocket.subscribe((value) => values.push(value)).unsubscribe();
    return values;
  };
  expect(replayed()).toHaveLength(2);
  site.network.cut();
  await site.told.errors.next();
  expect(api.errors.value).not.toBeNull();
  api.update(bob);
  expect(replayed()).toEqual([]);
  expect(api.errors.value).toBeNull();
});

test("another user never gets the channel of the old user's session", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.Builder(site.socketUrl, site.appKey, bob.userToken, bob.userId, "").onConnect();
  await listening(api, channels.bobUser);
  expect(site.application.asked.all).toHaveLength(1);
});
