// What an application does at the moment that it least suits: within what it is told, and while it waits for answers.
import { expect, test } from "bun:test";
import { Events } from "../../../server/test/events.ts";
import { ScriptedSocket } from "./scripted-socket.ts";
import { ann, channels, ClientSite, listening } from "./site.ts";

const hours = { first: 3_600_000, longest: 3_600_000 };
const succeeded = "pusher_internal:subscription_succeeded";

interface Frame {
  readonly event: string;
  readonly data?: unknown;
}

/** The nth request for a channel, or the nth leave of it. */
async function nth(socket: ScriptedSocket, event: string, channel: string, count: number): Promise<void> {
  const about = (frame: Frame) =>
    frame.event === event && JSON.stringify(frame.data).includes(`"${channel}"`);
  while (socket.received.all.filter(about).length < count) await socket.received.next();
}

test("disconnect() tells the server that the channels are left, before it closes", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  const api = site.client({ socketUrl: socket.url });
  api.connect();
  for (const channel of [channels.annUser, channels.annToken]) {
    await nth(socket, "pusher:subscribe", channel, 1);
    socket.send({ event: succeeded, channel });
  }
  await listening(api, channels.annUser, channels.annToken);
  api.disconnect();
  await nth(socket, "pusher:unsubscribe", channels.annUser, 1);
  await nth(socket, "pusher:unsubscribe", channels.annToken, 1);
});

test("who disconnects on hearing that no channel is listened to any more is not connected again", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  const heard = api.subscribedChannels.subscribe((names) => {
    if (names.length === 0) api.disconnect();
  });
  site.network.cut();
  expect((await site.told.errors.next()).fault.kind).toBe("lost");
  heard.unsubscribe();
  expect(api.connectionState).toBe("disconnected");
  expect(site.told.states.all.slice(-2)).toEqual([
    "reconnecting > disconnecting",
    "disconnecting > disconnected",
  ]);
});

test("of connect() and disconnect() within a disconnection the last one counts", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  api.delegate = {
    changedConnectionState: (_, to) => {
      if (to === "disconnecting") api.connect();
      if (to === "disconnected") api.disconnect();
    },
  };
  api.disconnect();
  expect(api.connectionState).toBe("disconnected");
  expect(site.network.made).toBe(1);
});

test("who disconnects when told of the error hears of no need to reconnect", async () => {
  await using site = await ClientSite.start();
  const api = site.client();
  api.delegate = {
    receivedError: () => {
      api.disconnect();
    },
  };
  const needs: unknown[] = [];
  api.events.vmsErrorSocket.subscribe((need) => {
    needs.push(need);
  });
  api.connect();
  await listening(api, channels.annUser, channels.annToken);
  site.network.cut();
  await listening(api);
  await site.network.until(0);
  expect(api.connectionState).toBe("disconnected");
  expect(needs).toEqual([]);
});

test("a token that is renewed while the old one is being looked at is asked with at once", async () => {
  await using site = await ClientSite.start();
  const refusal = Promise.withResolvers<Response>();
  site.application.instead = ({ token }) => (token === ann.userToken ? refusal.promise : undefined);
  const api = site.client({ accessTokenId: "", reconnect: hours });
  api.connect();
  await site.application.asked.next();
  site.application.sessions.set("renewed", ann);
  api.update({ userToken: "renewed" });
  refusal.resolve(new Response("{}", { status: 401 }));
  await listening(api, channels.annUser);
  expect(site.told.errors.all).toEqual([]);
});

test("a channel that was left while the server was asked for it can be joined later, whatever the answer", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  const api = site.client({ socketUrl: socket.url });
  api.connect();
  await nth(socket, "pusher:subscribe", channels.annToken, 1);
  api.update({ accessTokenId: "" });
  await nth(socket, "pusher:unsubscribe", channels.annToken, 1);
  socket.send({ event: "pusher:subscription_error", channel: channels.annToken, data: { error: "over" } });
  api.update({ accessTokenId: ann.accessTokenId });
  await nth(socket, "pusher:subscribe", channels.annToken, 2);
  socket.send({ event: succeeded, channel: channels.annToken });
  await listening(api, channels.annToken);
  expect(site.told.errors.all).toEqual([]);
});

test("a channel that the server takes back is listened to no more, until it is granted again", async () => {
  await using site = await ClientSite.start();
  using socket = new ScriptedSocket();
  const api = site.client({ socketUrl: socket.url, accessTokenId: "" });
  const lists = new Events<readonly string[]>();
  api.subscribedChannels.subscribe((names) => {
    lists.push(names);
  });
  api.connect();
  await nth(socket, "pusher:subscribe", channels.annUser, 1);
  socket.send({ event: succeeded, channel: channels.annUser });
  await listening(api, channels.annUser);
  socket.send({ event: "pusher:subscription_error", channel: channels.annUser, data: { error: "over" } });
  expect((await site.told.errors.next()).fault).toEqual({ kind: "subscription", channel: channels.annUser });
  await nth(socket, "pusher:subscribe", channels.annUser, 2);
  socket.send({ event: succeeded, channel: channels.annUser });
  await listening(api, channels.annUser);
  expect(lists.all).toEqual([[], [channels.annUser], [], [channels.annUser]]);
});
