import { expect, test } from "bun:test";
import { vmsPusherErrorHandler } from "@twinwire/vms";
import { ScriptedSocket } from "./scripted-socket.ts";
import { ann, channels, ClientSite, listening } from "./site.ts";

test("a channel is asked for with the bearer token and a form, at the application", async () => {
  await using site = await ClientSite.start();
  const api = site.client({ accessTokenId: "" });
  api.connect();
  await listening(api, channels.annUser);
  const { path, token, body, headers } = await site.application.asked.next();
  expect(path).toBe("/api/v1/broadcasting/auth");
  expect(token).toBe(ann.userToken);
  expect(Object.fromEntries(body)).toEqual({
    socket_id: api.getSocketId() ?? "",
    channel_name: channels.annUser,
  });
  expect(headers.get("content-type")).toBe("application/x-www-form-urlencoded; charset=utf-8");
  expect(headers.has("x-socket-id")).toBe(false);
});

test("an application that answers with 201 is understood", async () => {
  await using site = await ClientSite.start();
  const genuine = site.application.word.bind(site.application);
  site.application.instead = ({ body }) => Response.json(genuine(body), { status: 201 });
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
});

test.each([
  ["a refusal", () => new Response("{}", { status: 403 }), { status: 403 }],
  ["an application that is broken", () => new Response("<h1>", { status: 502 }), { status: 502 }],
  ["an answer without a signature", () => Response.json({ ok: true }), { status: 200 }],
  ["an answer that is no JSON", () => new Response("<h1>"), { status: 200 }],
] as const)(
  "%s is told on every error surface and asked again, until it is granted",
  async (_, answer, fault) => {
    await using site = await ClientSite.start();
    site.application.instead = ({ body }) =>
      body.get("channel_name") === channels.annToken ? answer() : undefined;
    const api = site.client();
    api.connect();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const error = await site.told.errors.next();
      expect(error.fault).toEqual({ kind: "authorization", channel: channels.annToken, ...fault });
      expect(error.message).not.toContain(ann.userToken);
    }
    expect(api.errors.value?.error?.fault.kind).toBe("authorization");
    expect(vmsPusherErrorHandler.value?.error?.fault.kind).toBe("authorization");
    // The other channel is not concerned, and neither is the connection.
    await listening(api, channels.annUser);
    site.application.instead = () => undefined;
    await listening(api, channels.annUser, channels.annToken);
    expect(site.network.made).toBe(1);
  },
);

test("an application that does not answer in time is told of and asked again", async () => {
  await using site = await ClientSite.start();
  const never = new Promise<Response>(() => undefined);
  site.application.instead = () => never;
  const api = site.client({ requestTimeout: 20, accessTokenId: "" });
  api.connect();
  const error = await site.told.errors.next();
  expect(error.fault).toEqual({ kind: "authorization", channel: channels.annUser });
  expect(error.cause).toBeInstanceOf(Error);
  site.application.instead = () => undefined;
  await listening(api, channels.annUser);
});

test("a signature that the socket's server refuses is told of once, and asked for again", async () => {
  await using site = await ClientSite.start();
  site.application.instead = () => Response.json({ auth: `${site.appKey}:${"0".repeat(64)}` });
  const api = site.client({ accessTokenId: "" });
  api.connect();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const error = await site.told.errors.next();
    expect(error.fault).toMatchObject({ kind: "subscription", channel: channels.annUser });
    // Each is refused twice, by both messages that servers have for it.
    expect(site.told.errors.all.length).toBe(site.application.asked.all.length);
  }
  site.application.instead = () => undefined;
  await listening(api, channels.annUser);
});

test("a server that does not say which channel it has refused is understood", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  const api = site.client({ socketUrl: socket.url, accessTokenId: "" });
  api.connect();
  const asks = ({ event }: { event: string }) => event === "pusher:subscribe";
  await socket.received.first(asks);
  socket.send({ event: "pusher:error", data: { code: 4009, message: "Connection is unauthorized" } });
  expect((await site.told.errors.next()).fault).toEqual({
    kind: "subscription",
    channel: channels.annUser,
    code: 4009,
  });
  while (socket.received.all.filter(asks).length < 2) await socket.received.next();
  // As soketi confirms: without data.
  socket.send({ event: "pusher_internal:subscription_succeeded", channel: channels.annUser });
  await listening(api, channels.annUser);
});

test("a channel that was left while it was asked for is not joined, and can be joined later", async () => {
  await using site = await ClientSite.start();
  const answer = Promise.withResolvers<Response>();
  site.application.instead = ({ body }) =>
    body.get("channel_name") === channels.annToken ? answer.promise : undefined;
  const api = site.client();
  api.connect();
  await site.application.asked.first(({ body }) => body.get("channel_name") === channels.annToken);
  api.update({ accessTokenId: "" });
  site.application.instead = () => undefined;
  api.update({ accessTokenId: ann.accessTokenId });
  await listening(api, channels.annUser, channels.annToken);
  answer.resolve(Response.json({}));
  expect(site.network.made).toBe(1);
  expect(site.told.errors.all).toEqual([]);
});

test("an answer that comes after disconnect() does nothing", async () => {
  await using site = await ClientSite.start();
  const answer = Promise.withResolvers<undefined>();
  site.application.instead = () => answer.promise.then(() => new Response("{}", { status: 403 }));
  const api = site.client();
  api.connect();
  await site.application.asked.next();
  api.disconnect();
  answer.resolve(undefined);
  await site.network.until(0);
  site.application.instead = () => undefined;
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  expect(site.told.errors.all).toEqual([]);
});

test("a token that is renewed on the spot, when its refusal is told, is asked with at once", async () => {
  await using site = await ClientSite.start();
  site.application.sessions.delete(ann.userToken);
  site.application.sessions.set("renewed", ann);
  const hours = 3_600_000;
  const api = site.client({ accessTokenId: "", reconnect: { first: hours, longest: hours } });
  api.delegate = {
    receivedError: (error) => {
      site.told.errors.push(error);
      if (error.fault.kind === "authorization" && error.fault.status === 401)
        api.update({ userToken: "renewed" });
    },
  };
  api.connect();
  await listening(api, channels.annUser);
  expect(site.told.errors.all).toHaveLength(1);
});

test("a user who is signed out by an empty token is disconnected", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  api.update({ userToken: "" });
  expect(api.connectionState).toBe("disconnected");
  expect(api.headers()).toEqual({});
  expect(site.told.errors.all.map(({ message }) => message)).toEqual(["User token is empty."]);
});
