import { expect, test } from "bun:test";
import Pusher from "pusher-js";
import { Events } from "../../../server/test/events.ts";
import { startTestServer } from "../../../server/test/server.ts";
import { ScriptedSocket } from "./scripted-socket.ts";
import { channels, ClientSite, listening } from "./site.ts";

const pushed = { data: { type: "permissions_updated" }, subject: null, message: null };

test("a connection that was cut comes back with its channels, and events go on", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  const ids = new Events<string | undefined>();
  api.delegate = {
    ...site.told.delegate,
    changedConnectionState: (from, to) => {
      site.told.delegate.changedConnectionState(from, to);
      ids.push(api.headers()["X-Socket-ID"]);
    },
  };
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const first = api.getSocketId();
  site.network.cut();
  await site.told.states.first((change) => change === "reconnecting > connected");
  await listening(api, channels.annUser, channels.annToken);
  expect(api.getSocketId()).not.toBe(first);
  await site.publish(channels.annToken, "App\\Events\\TokenPush", pushed);
  expect(await site.told.app.next()).toMatchObject({ type: "permissionsUpdate", channel: channels.annToken });
  expect(site.told.states.all).toEqual([
    "disconnected > connecting",
    "connecting > connected",
    "connected > reconnecting",
    "reconnecting > connected",
  ]);
  // No id while there is no connection, not even for the moment of the change.
  expect(ids.all).toEqual([undefined, first, undefined, api.getSocketId()]);
  expect(site.told.errors.all).toMatchObject([{ fault: { kind: "lost", code: 1006 }, code: 1006 }]);
});

test("while nobody listens at the address it is tried again and again, and connects when somebody does", async () => {
  await using site = await ClientSite.start();
  await site.network.down();
  const api = site.client();
  api.connect();
  for (let attempt = 0; attempt < 4; attempt += 1)
    expect(await site.told.errors.next()).toMatchObject({ fault: { kind: "unreachable" } });
  expect(api.connectionState).toBe("reconnecting");
  await site.network.up();
  await listening(api, channels.annUser, channels.annToken);
  expect(site.told.states.all).toEqual([
    "disconnected > connecting",
    "connecting > reconnecting",
    "reconnecting > connected",
  ]);
});

test("connect() does not wait for the next attempt", async () => {
  await using site = await ClientSite.start();
  await site.network.down();
  const hours = 3_600_000;
  const api = site.client({ reconnect: { first: hours, longest: hours } });
  api.connect();
  await site.told.errors.next();
  await site.network.up();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
});

test("nothing is tried after disconnect()", async () => {
  await using site = await ClientSite.start();
  await site.network.down();
  const api = site.client();
  api.connect();
  await site.told.errors.next();
  api.disconnect();
  const errors = site.told.errors.all.length;
  await site.network.up();
  // Another client's whole connection goes by meanwhile.
  const other = site.client({ delegate: {} });
  other.connect();
  await listening(other, channels.annUser, channels.annToken);
  expect(site.network.made).toBe(1);
  expect(site.told.errors.all).toHaveLength(errors);
  expect(api.connectionState).toBe("disconnected");
});

test("a server that stops is told of with its code, and its successor is found", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  await site.server.running.stop();
  const error = await site.told.errors.first(({ fault }) => fault.kind === "lost");
  expect(error.code).toBe(4200);
  await using successor = startTestServer({ http_server: { address: "127.0.0.1", port: site.server.port } });
  await listening(api, channels.annUser, channels.annToken);
  expect(successor.port).toBe(site.server.port);
});

test("an app that does not exist is final: nothing more is tried", async () => {
  await using site = await ClientSite.start();
  const api = site.client({ appKey: "nobody" });
  api.connect();
  const error = await site.told.errors.next();
  expect(error.fault).toEqual({ kind: "refused", code: 4001 });
  expect(api.connectionState).toBe("disconnected");
  expect(site.told.states.all).toEqual(["disconnected > connecting", "connecting > disconnected"]);
  await site.network.until(0);
  expect(site.network.made).toBe(1);
  // What is right now is tried.
  api.update({ appKey: site.appKey });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
});

test.each([4000, 4009, 4099])(
  "a connection that the server ends with %d is not tried again",
  async (code) => {
    await using site = await ClientSite.start();
    using socket = new ScriptedSocket();
    const api = site.client({ socketUrl: socket.url });
    api.connect();
    await socket.opened.next();
    await site.told.states.first((change) => change === "connecting > connected");
    socket.close(code, "go away");
    const error = await site.told.errors.next();
    expect(error.fault).toEqual({ kind: "refused", code });
    expect(api.connectionState).toBe("disconnected");
    expect(api.getSocketId()).toBeUndefined();
  },
);

test.each([1000, 1006, 1011, 4100, 4200, 4201, 4300])(
  "a connection that the server ends with %d comes back",
  async (code) => {
    await using site = await ClientSite.start();
    using socket = new ScriptedSocket();
    const api = site.client({ socketUrl: socket.url });
    api.connect();
    await site.told.states.first((change) => change === "connecting > connected");
    socket.close(code, "come back");
    await site.told.states.first((change) => change === "reconnecting > connected");
    expect(site.told.errors.all).toMatchObject([{ fault: { kind: "lost", code } }]);
    expect(socket.opened.all).toHaveLength(2);
  },
);

test("a connection that is refused before it is made is tried again, or not, by its code", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  socket.greeting = { event: "pusher:error", data: { code: 4100, message: "Over capacity" } };
  const api = site.client({ socketUrl: socket.url });
  api.connect();
  await socket.opened.next();
  await socket.opened.next();
  socket.greeting = { event: "pusher:error", data: { code: 4003, message: "Disabled" } };
  await site.told.states.first((change) => change === "reconnecting > disconnected");
  expect(site.told.errors.all.at(-1)?.fault).toEqual({ kind: "refused", code: 4003 });
});

test("what the server complains of is an error, and the connection stays", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  const api = site.client({ socketUrl: socket.url });
  api.connect();
  await site.told.states.first((change) => change === "connecting > connected");
  socket.send({ event: "pusher:error", data: { code: 4301, message: "Too fast" } });
  const error = await site.told.errors.next();
  expect(error.fault).toEqual({ kind: "server", code: 4301 });
  expect(error.message).toContain("Too fast");
  expect(api.isConnected()).toBe(true);
  // It is no reason to fetch the socket's URL again.
  expect(api.isNeedReconnectSocket).toBe(true);
});

test("without a network it waits for one, and connects at once when there is one", async () => {
  await using site = await ClientSite.start();
  const network = Pusher.Runtime.getNetwork();
  const isOnline = network.isOnline.bind(network);
  const hours = 3_600_000;
  const api = site.client({ reconnect: { first: hours, longest: hours } });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  network.isOnline = () => false;
  site.network.cut();
  await site.told.states.first((change) => change === "connected > reconnectingWhenNetworkBecomesReachable");
  network.isOnline = isOnline;
  network.emit("online");
  await listening(api, channels.annUser, channels.annToken);
  expect(site.told.states.all.slice(-2)).toEqual([
    "reconnectingWhenNetworkBecomesReachable > reconnecting",
    "reconnecting > connected",
  ]);
});

test("a connection that falls silent is found dead, and made anew", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  const pusherOptions = { activityTimeout: 10, pongTimeout: 10 };
  const api = site.client({ socketUrl: socket.url, pusherOptions });
  api.connect();
  await site.told.states.first((change) => change === "reconnecting > connected");
  expect(site.told.errors.all[0]?.fault).toEqual({ kind: "lost", code: 1006 });
  expect(socket.received.all.map(({ event }) => event)).toContain("pusher:ping");
});

test("an attempt that is not answered in time is given up, and made again", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  socket.greeting = "none";
  const api = site.client({ socketUrl: socket.url, pusherOptions: { unavailableTimeout: 20 } });
  api.connect();
  expect((await site.told.errors.next()).fault).toEqual({ kind: "unreachable" });
  socket.greeting = undefined;
  await site.told.states.first((change) => change === "reconnecting > connected");
});

test("who disconnects when told of the loss hears of no need to reconnect", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.delegate = {
    ...site.told.delegate,
    changedConnectionState: (_, to) => {
      if (to === "reconnecting") api.disconnect();
    },
  };
  const needs: unknown[] = [];
  api.events.vmsErrorSocket.subscribe((need) => {
    needs.push(need);
  });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  site.network.cut();
  expect((await site.told.errors.next()).fault.kind).toBe("lost");
  expect(api.connectionState).toBe("disconnected");
  expect(needs).toEqual([]);
});
