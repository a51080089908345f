import { expect, test } from "bun:test";
import { getSocketUrl, PusherError } from "@twinwire/vms";
import { Events } from "../../../server/test/events.ts";
import { ScriptedSocket } from "./scripted-socket.ts";
import { ann, channels, ClientSite, listening } from "./site.ts";

const wsurl = "/api/v1/wsurl";

test("with autoRecover the socket's URL is fetched again after three failures, and connected to", async () => {
  await using site = await ClientSite.start();
  const elsewhere = await site.anotherNetwork();
  const api = site.client({ autoRecover: true });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  site.application.wsurl = { ws_url: `ws://127.0.0.1:${elsewhere.port}`, app_key: site.appKey };
  await site.network.down();
  await site.application.asked.first(({ path }) => path === wsurl);
  await listening(api, channels.annUser, channels.annToken);
  expect(elsewhere.connections).toBe(1);
  expect(site.told.errors.all.map(({ fault }) => fault.kind)).toEqual(["lost", "unreachable", "unreachable"]);
  expect(site.told.states.all.slice(2)).toEqual(["connected > reconnecting", "reconnecting > connected"]);
});

test("with autoRecover a URL that cannot be fetched is told of, and asked for again after as many failures", async () => {
  await using site = await ClientSite.start();
  await site.network.down();
  site.application.instead = ({ path }) => (path === wsurl ? new Response("", { status: 503 }) : undefined);
  const api = site.client({ autoRecover: { after: 2 } });
  api.connect();
  await site.told.errors.first(({ fault }) => fault.kind === "socket-url" && fault.status === 503);
  site.application.instead = () => undefined;
  while (site.application.asked.all.length < 2) await site.application.asked.next();
  await site.network.up();
  await listening(api, channels.annUser, channels.annToken);
  expect(site.told.errors.all.filter(({ fault }) => fault.kind === "unreachable").length).toBeGreaterThan(3);
});

test("with autoRecover an app that is no more leads to the one that the application names now", async () => {
  await using site = await ClientSite.start();
  const api = site.client({ autoRecover: true, appKey: "no-more" });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  expect(site.told.errors.all.map(({ fault }) => fault)).toEqual([{ kind: "refused", code: 4001 }]);
  expect(site.application.asked.all.filter(({ path }) => path === wsurl)).toHaveLength(1);
});

test("with autoRecover a refusal for good stays one where the application names nothing else", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  site.application.wsurl = { ws_url: socket.url, app_key: site.appKey };
  const api = site.client({ autoRecover: true, socketUrl: socket.url });
  api.connect();
  await site.told.states.first((change) => change === "connecting > connected");
  socket.close(4009, "terminated");
  await site.told.states.first((change) => change === "reconnecting > disconnected");
  expect(socket.opened.all).toHaveLength(1);
});

test("with autoRecover a refusal for good is no end while the application cannot say where to go", async () => {
  await using site = await ClientSite.start();
  let asked = 0;
  site.application.instead = ({ path }) => {
    if (path !== wsurl) return undefined;
    asked += 1;
    return asked < 3 ? new Response("<h1>", { status: 502 }) : undefined;
  };
  const api = site.client({ autoRecover: true, appKey: "no-more" });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  expect(site.told.errors.all.map(({ fault }) => fault)).toEqual([
    { kind: "refused", code: 4001 },
    { kind: "socket-url", status: 502 },
    { kind: "socket-url", status: 502 },
  ]);
  // Nothing was tried at the app that is no more.
  expect(site.network.made).toBe(2);
});

test("with autoRecover nothing is fetched for a user who is gone", async () => {
  await using site = await ClientSite.start();
  const answer = Promise.withResolvers<Response>();
  site.application.instead = ({ path }) => (path === wsurl ? answer.promise : undefined);
  const api = site.client({ autoRecover: { after: 1 }, socketUrl: "ws://127.0.0.1:1" });
  api.connect();
  await site.application.asked.first(({ path }) => path === wsurl);
  api.disconnect();
  answer.resolve(Response.json({ ws_url: site.socketUrl, app_key: site.appKey }));
  // Another client's whole connection goes by meanwhile.
  const other = site.client({ delegate: {} });
  other.connect();
  await listening(other, channels.annUser, channels.annToken);
  expect(site.told.errors.all.map(({ fault }) => fault.kind)).toEqual(["unreachable"]);
  expect(api.connectionState).toBe("disconnected");
  expect(site.network.made).toBe(1);
});

test("getSocketUrl() answers with what the application said, checked", async () => {
  await using site = await ClientSite.start();
  site.application.wsurl = {
    ws_url: "wss://example.org/pusher",
    app_key: "key",
    port: "443",
    host: "example.org",
    path: "/pusher",
    is_encrypted: "true",
  };
  const expected = {
    wsUrl: "wss://example.org/pusher",
    appKey: "key",
    port: 443,
    host: "example.org",
    path: "/pusher",
    isEncrypted: "true",
  };
  expect(await site.client().getSocketUrl()).toEqual(expected);
  const { userToken } = ann;
  expect(await getSocketUrl({ baseUrl: `${site.application.url}/`, userToken })).toEqual(expected);
});

test.each([
  ["no key", { ws_url: "wss://example.org" }, "app_key"],
  ["an address that is none of a WebSocket", { ws_url: "https://example.org", app_key: "key" }, "ws_url"],
  ["nothing", undefined, "answer"],
] as const)("getSocketUrl() refuses %s, and says where", async (_, answer, path) => {
  await using site = await ClientSite.start();
  site.application.instead = () => (answer === undefined ? new Response("") : Response.json(answer));
  const error: unknown = await site
    .client()
    .getSocketUrl()
    .catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(PusherError);
  expect(error).toMatchObject({ fault: { kind: "socket-url", status: 200 } });
  expect(String(error)).toContain(path);
});

test("a 401 on the socket's URL signs the user out, as on Android, but not the one who came since", async () => {
  await using site = await ClientSite.start();
  const api = site.client({ userToken: "expired" });
  const loggedOut = new Events<unknown>();
  api.events.vmsLogoutSocket.subscribe((logout) => {
    loggedOut.push(logout);
  });
  const refused = await api.getSocketUrl().catch((cause: unknown) => cause);
  expect(refused).toMatchObject({ fault: { kind: "socket-url", status: 401 } });
  expect(loggedOut.all).toEqual([{ subject: "The session is over: sign in again" }]);
  const late = api.getSocketUrl().catch((cause: unknown) => cause);
  api.update({ userToken: ann.userToken });
  expect(await late).toMatchObject({ fault: { status: 401 } });
  expect(loggedOut.all).toHaveLength(1);
});
