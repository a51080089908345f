import { may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { expectSame, expectThat, field, NotOffered } from "../../program/verdict.ts";
import { expectRefused } from "./refusal.ts";

async function listed(scene: Scene, query: Readonly<Record<string, string>>): Promise<unknown> {
  const { status, json, text } = await scene.api.get("/channels", query);
  expectSame(status, 200, `the status (${text.slice(0, 100)})`);
  return field(json, "channels");
}

function badQuery(
  id: string,
  what: string,
  path: (scene: Scene) => string,
  query: Readonly<Record<string, string>> = {},
): Line {
  return must("3.1", id, `${what}: 400, with details`, async (scene) => {
    expectRefused(await scene.api.get(path(scene), query), 400);
  });
}

/** Channels, users, and what there is not. */
export const asking: readonly Line[] = [
  must("3.1", "channels", "GET channels lists what is occupied, and nothing else", async (scene) => {
    const [here, gone] = [scene.name(), scene.name()];
    const client = await scene.joined(here);
    await client.join(gone);
    client.leave(gone);
    await client.quiet();
    await scene.api.publish(scene.name(), "e", "{}");
    const found = await listed(scene, {});
    expectThat(field(found, here) !== undefined, `${here} is not listed`);
    expectThat(field(found, gone) === undefined, `${gone} is listed, and empty`);
  }),
  must("3.1", "filter-by-prefix", "filter_by_prefix leaves those whose names begin so", async (scene) => {
    const prefix = scene.name("p=@,.;-");
    const client = await scene.connect();
    for (const name of [`${prefix}a`, `${prefix}b`, scene.name()]) await client.join(name);
    const found = await listed(scene, { filter_by_prefix: prefix });
    expectSame(Object.keys(found as object).sort(), [`${prefix}a`, `${prefix}b`], "channels");
    expectSame(await listed(scene, { filter_by_prefix: scene.name() }), {}, "channels of an unknown prefix");
  }),
  must(
    "3.1",
    "channels-user-count",
    "info=user_count counts distinct users of presence channels",
    async (scene) => {
      const channel = scene.name("presence-");
      await scene.joined(channel, { user_id: "1" });
      await scene.joined(channel, { user_id: "1" });
      await scene.joined(channel, { user_id: "2" });
      const found = await listed(scene, { filter_by_prefix: channel, info: "user_count" });
      expectSame(field(found, channel, "user_count"), 2, "user_count");
    },
  ),
  badQuery(
    "channels-user-count-any",
    "GET channels with info=user_count and no presence- prefix",
    () => "/channels",
    { info: "user_count" },
  ),
  badQuery("channels-user-count-prefix", "… or with another prefix", () => "/channels", {
    info: "user_count",
    filter_by_prefix: "private-",
  }),
  must(
    "3.1",
    "channel",
    "GET channel says whether it is occupied, with subscription_count where asked",
    async (scene) => {
      const channel = scene.name();
      const empty = await scene.api.get(`/channels/${channel}`);
      expectSame([empty.status, field(empty.json, "occupied")], [200, false], "an empty channel");
      await scene.joined(channel);
      await scene.joined(channel);
      const { json } = await scene.api.get(`/channels/${channel}`, { info: "subscription_count" });
      expectSame(field(json, "occupied"), true, "occupied");
      expectSame(field(json, "subscription_count"), 2, "subscription_count");
    },
  ),
  must(
    "3.1",
    "channel-user-count",
    "GET channel of a presence channel has user_count where asked",
    async (scene) => {
      const channel = scene.name("presence-");
      await scene.joined(channel, { user_id: "1" });
      await scene.joined(channel, { user_id: "1" });
      const { json } = await scene.api.get(`/channels/${channel}`, { info: "user_count" });
      expectSame([field(json, "occupied"), field(json, "user_count")], [true, 1], "the channel");
    },
  ),
  badQuery(
    "channel-user-count-open",
    "user_count of a channel that is no presence channel",
    (scene) => `/channels/${scene.name()}`,
    { info: "user_count" },
  ),
  badQuery(
    "channel-cache-open",
    "cache of a channel that is no cache channel",
    (scene) => `/channels/${scene.name()}`,
    { info: "cache" },
  ),
  badQuery("channel-unknown-info", "an attribute that there is not", (scene) => `/channels/${scene.name()}`, {
    info: "colour",
  }),
  must("3.1", "users", "GET users lists distinct users by id", async (scene) => {
    const channel = scene.name("presence-");
    await scene.joined(channel, { user_id: 1 });
    await scene.joined(channel, { user_id: "1" });
    await scene.joined(channel, { user_id: "b" });
    const { status, json } = await scene.api.get(`/channels/${channel}/users`);
    expectSame(status, 200, "the status");
    const found = field(json, "users");
    const ids = Array.isArray(found) ? (found as readonly unknown[]).map((one) => field(one, "id")) : [];
    expectSame(ids.sort(), ["1", "b"], "users");
  }),
  badQuery(
    "users-open",
    "users of a channel that is no presence channel",
    (scene) => `/channels/${scene.name()}/users`,
  ),
  must("3.3", "unknown-app", "an app that there is not: 404 or 401", async (scene) => {
    const api = scene.apiOf({ ...scene.target.app, id: "no-such-app" });
    expectRefused(await api.get("/channels"), [401, 404]);
  }),
  must("3.3", "unknown-route", "a path that there is not: 404", async (scene) => {
    expectSame((await scene.api.get("/nothing/here")).status, 404, "the status");
  }),
  must("3.1", "wrong-method", "the other method: 404 or 405", async (scene) => {
    const [get, post] = [await scene.api.get("/events"), await scene.api.post("/channels", { a: 1 })];
    expectThat([404, 405].includes(get.status), `GET events is answered with ${get.status}`);
    expectThat([404, 405].includes(post.status), `POST channels is answered with ${post.status}`);
  }),
  must("3.1", "api-app-disabled", "an app that is off: 403", async (scene) => {
    const api = scene.apiOf(scene.special("disabled"));
    expectRefused(await api.post("/events", { name: "e", channel: scene.name(), data: "{}" }), 403);
  }),
  may(
    "3.1",
    "old-channel-events",
    "POST channels/{name}/events, deprecated: 202, and the body is the data",
    async (scene) => {
      const channel = scene.name();
      const client = await scene.joined(channel);
      const answer = await scene.api.post(`/channels/${channel}/events`, '{"old":1}', {
        query: { name: "old" },
      });
      if ([404, 405].includes(answer.status)) throw new NotOffered(`answered with ${answer.status}`);
      expectSame(answer.status, 202, "the status");
      expectSame((await client.next("old", channel)).data, '{"old":1}', "data");
    },
  ),
  may("3.1", "old-stats", "GET channels/{name}/stats, deprecated: occupied", async (scene) => {
    const channel = scene.name();
    await scene.joined(channel);
    const { status, json } = await scene.api.get(`/channels/${channel}/stats`);
    if ([404, 405].includes(status)) throw new NotOffered(`answered with ${status}`);
    expectSame(field(json, "occupied"), true, "occupied");
  }),
];
