import { expect, test } from "bun:test";
import Pusher from "pusher-js";
import { config as rxjs } from "rxjs";
import { vmsPusherErrorHandler } from "@twinwire/vms";
import { Events } from "../../../server/test/events.ts";
import { ann, channels, ClientSite, listening } from "./site.ts";

test("a client in the shape of iOS connects, listens to its user's two channels, and hears what is published", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  expect(api.isConnected()).toBe(false);
  expect(api.getSocketId()).toBeUndefined();
  expect(api.headers()).toEqual({ Authorization: `Bearer ${ann.userToken}` });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  expect(api.isConnected()).toBe(true);
  expect(api.headers()).toEqual({
    Authorization: `Bearer ${ann.userToken}`,
    "X-Socket-ID": api.getSocketId() ?? "",
  });
  await site.publish(channels.annUser, "App\\Events\\UserPush", {
    data: { type: "cameras_updated", data: { attached: [1], detached: [2] } },
    subject: null,
    message: null,
  });
  expect(await site.told.app.next()).toMatchObject({
    type: "camerasUpdate",
    data: { attached: [1], detached: [2] },
  });
  api.disconnect();
  expect(api.isConnected()).toBe(false);
  expect(api.getSocketId()).toBeUndefined();
  expect(api.headers()).toEqual({ Authorization: `Bearer ${ann.userToken}` });
  await site.network.until(0);
  expect(site.told.states.all).toEqual([
    "disconnected > connecting",
    "connecting > connected",
    "connected > disconnecting",
    "disconnecting > disconnected",
  ]);
  expect(site.told.errors.all).toEqual([]);
});

test("connecting twice is one connection", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  api.onConnect();
  await listening(api, channels.annUser, channels.annToken);
  const id = api.getSocketId();
  api.connect();
  expect(site.network.made).toBe(1);
  expect(api.getSocketId()).toBe(id);
  expect(site.told.states.all).toEqual(["disconnected > connecting", "connecting > connected"]);
});

test("disconnecting while connecting leaves no connection, and connecting again works", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  api.disconnect();
  api.connect();
  await site.network.untilMade(1);
  api.disconnect();
  await site.network.until(0);
  expect(api.connectionState).toBe("disconnected");
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  expect(site.network.connections).toBe(1);
  expect(site.told.errors.all).toEqual([]);
});

test("an application may disconnect and connect within what it is told", async () => {
  await using site = await ClientSite.start();
  let turns = 0;
  const api = site.client({
    delegate: {
      changedConnectionState: (from, to) => {
        site.told.delegate.changedConnectionState(from, to);
        if (to === "connected" && turns === 0) api.disconnect();
        if (to === "disconnecting" && turns === 0) {
          turns += 1;
          api.connect();
        }
      },
    },
  });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  expect(turns).toBe(1);
  expect(site.told.states.all).toEqual([
    "disconnected > connecting",
    "connecting > connected",
    "connected > disconnecting",
    "disconnecting > disconnected",
    "disconnected > connecting",
    "connecting > connected",
  ]);
});

test.each([
  ["Socket URL is empty.", { socketUrl: "" }],
  ["Socket URL has to begin with ws:// or wss:// and name a host.", { socketUrl: "https://example.org" }],
  ["App key is empty.", { appKey: "" }],
  ["User token is empty.", { userToken: "" }],
  ["User id is empty.", { userId: 0, accessTokenId: "" }],
])("what is missing is told on every error surface, and nothing is tried: %s", async (message, missing) => {
  await using site = await ClientSite.start();
  const api = site.client(missing);
  api.connect();
  expect(await site.told.errors.next()).toMatchObject({ message, fault: { kind: "settings" } });
  expect(api.errors.value).toMatchObject({ message, error: { name: "PusherError" } });
  expect(vmsPusherErrorHandler.value).toMatchObject({ message });
  expect(api.connectionState).toBe("disconnected");
  expect(site.network.made).toBe(0);
});

test("a socket's URL may have a path, and a slash at its end", async () => {
  await using site = await ClientSite.start();
  const api = site.client({ socketUrl: `${site.socketUrl}/pusher/` });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
});

test("a user without a session's id listens to one channel", async () => {
  await using site = await ClientSite.start();
  const api = site.client({ accessTokenId: "" });
  api.connect();
  await listening(api, channels.annUser);
  expect(site.application.asked.all).toHaveLength(1);
});

test("nothing of a connection stays in pusher-js", async () => {
  await using site = await ClientSite.start();
  const bound = () => {
    const { callbacks } = Pusher.Runtime.getNetwork();
    return ["online", "offline"].map((name) => (callbacks.get(name) as unknown[] | undefined)?.length ?? 0);
  };
  const before = { instances: Pusher.instances.length, bound: bound() };
  const api = site.client();
  for (let round = 0; round < 3; round += 1) {
    api.connect();
    await listening(api, channels.annUser, channels.annToken);
    site.network.cut();
    await listening(api);
    await listening(api, channels.annUser, channels.annToken);
    expect(Pusher.instances.length).toBe(before.instances + 1);
    api.disconnect();
    await site.network.until(0);
    expect({ instances: Pusher.instances.length, bound: bound() }).toEqual(before);
  }
});

test("a delegate that throws, or rejects, harms nobody, and the error surfaces have it", async () => {
  await using site = await ClientSite.start();
  const thrown = new Error("from the delegate");
  const api = site.client({
    delegate: {
      changedConnectionState: () => {
        throw thrown;
      },
      receivedAppSocket: async () => {
        await Promise.resolve();
        throw thrown;
      },
      receivedError: (error) => {
        site.told.delegate.receivedError(error);
        throw thrown;
      },
    },
  });
  const heard = new Events<unknown>();
  api.events.vmsPermissionsSocket.subscribe((value) => {
    heard.push(value);
  });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const push = { data: { type: "permissions_updated" }, subject: null };
  await site.publish(channels.annUser, "App\\Events\\UserPush", push);
  await site.publish(channels.annUser, "App\\Events\\UserPush", push);
  await heard.next();
  await heard.next();
  const method = "receivedAppSocket";
  expect(
    await site.told.errors.first(({ fault }) => "method" in fault && fault.method === method),
  ).toMatchObject({
    cause: thrown,
  });
  expect(site.told.errors.all[0]).toMatchObject({
    fault: { kind: "delegate", method: "changedConnectionState" },
    cause: thrown,
  });
  expect(api.isConnected()).toBe(true);
});

test("an observer that throws harms neither the connection nor the other observers", async () => {
  await using site = await ClientSite.start();
  const unhandled = new Events<unknown>();
  const before = rxjs.onUnhandledError;
  rxjs.onUnhandledError = (error) => {
    unhandled.push(error);
  };
  const thrown = new Error("from the observer");
  const api = site.client();
  const heard = new Events<unknown>();
  api.events.vmsLogoutSocket.subscribe(() => {
    throw thrown;
  });
  api.events.vmsLogoutSocket.subscribe((value) => {
    heard.push(value);
  });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const push = { data: { type: "logout" }, subject: "Bye", message: null };
  await site.publish(channels.annToken, "App\\Events\\TokenPush", push);
  expect(await heard.next()).toEqual({ subject: "Bye" });
  expect(await unhandled.next()).toBe(thrown);
  expect(api.isConnected()).toBe(true);
  rxjs.onUnhandledError = before;
});
