import type { Answer } from "../api.ts";
import { may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { expectSame, expectThat, field, NotOffered, shown } from "../verdict.ts";

/** A refusal: the status, and words that say why. */
function expectRefused({ status, text }: Answer, wanted: number | readonly number[]): void {
  const statuses = typeof wanted === "number" ? [wanted] : wanted;
  expectThat(
    statuses.includes(status),
    `answered with ${status}, not ${statuses.join(" or ")}: ${text.slice(0, 120)}`,
  );
  expectThat(text.trim() !== "", "the body does not say why");
}

type Body = Readonly<Record<string, unknown>>;

function badEvent(
  id: string,
  what: string,
  bend: (right: Body, scene: Scene) => unknown,
  section = "3.1",
): Line {
  return must(section, `event-${id}`, `POST events ${what}: 400, with details`, async (scene) => {
    const right = { name: "e", channel: scene.name(), data: "{}" };
    expectRefused(await scene.api.post("/events", bend(right, scene)), 400);
  });
}

function without(body: Body, name: string): Body {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}

const badEvents = [
  badEvent("no-json", "whose body is no JSON", () => "no json"),
  badEvent("no-object", "whose body is a list", () => "[]"),
  badEvent("no-name", "without name", (right) => without(right, "name")),
  badEvent("no-data", "without data", (right) => without(right, "data")),
  badEvent("no-channel", "without channel", (right) => without(right, "channel")),
  badEvent("no-channels", "with an empty list of channels", (right) => ({
    ...without(right, "channel"),
    channels: [],
  })),
  badEvent("channel-number", "with a channel that is a number", (right) => ({ ...right, channel: 7 })),
  badEvent(
    "channel-name",
    "with a channel's name that cannot be",
    (right) => ({ ...right, channel: "a b" }),
    "2.1",
  ),
  badEvent(
    "channel-long",
    "with a channel's name of 201 characters",
    (right) => ({ ...right, channel: "x".repeat(201) }),
    "2.1",
  ),
  badEvent("channels-101", "for 101 channels", (right, scene) => ({
    ...without(right, "channel"),
    channels: Array.from({ length: 101 }, () => scene.name()),
  })),
  badEvent(
    "name-201",
    "with a name of 201 characters",
    (right) => ({ ...right, name: "x".repeat(201) }),
    "2.1",
  ),
  badEvent(
    "reserved",
    "with a name that begins with pusher:",
    (right) => ({ ...right, name: "pusher:error" }),
    "2.1",
  ),
  badEvent(
    "reserved-internal",
    "with a name that begins with pusher_internal:",
    (right) => ({ ...right, name: "pusher_internal:member_added" }),
    "2.1",
  ),
  badEvent("socket-id", "with a socket_id that is none", (right) => ({ ...right, socket_id: "nonsense" })),
];

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

export const httpApi: readonly Line[] = [
  must("3.1", "event-answer", "POST events is answered with 200 and a JSON object", async (scene) => {
    const answer = await scene.api.post("/events", { name: "e", channel: scene.name(), data: "{}" });
    expectSame(answer.status, 200, "the status");
    expectThat(typeof answer.json === "object" && answer.json !== null, `the body is ${shown(answer.text)}`);
    expectThat(answer.type.startsWith("application/json"), `Content-Type is ${answer.type}`);
  }),
  may("3.1", "event-answer-empty", "… and that object is {}", async (scene) => {
    const { json } = await scene.api.post("/events", { name: "e", channel: scene.name(), data: "{}" });
    if (!(typeof json === "object" && json !== null && Object.keys(json).length === 0))
      throw new NotOffered(`it is ${shown(json)}`);
  }),
  ...badEvents,
  may("3.1", "event-data-object", "POST events with data that is no string: 400", async (scene) => {
    const answer = await scene.api.post("/events", { name: "e", channel: scene.name(), data: { n: 1 } });
    if (answer.status === 200) throw new NotOffered("it is taken as JSON");
    expectRefused(answer, [400, 422]);
  }),
  must("3.1", "event-too-big", "data of more than 10,240 bytes: 413, and nobody gets it", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const answer = await scene.api.post("/events", { name: "big", channel, data: "é".repeat(5_121) });
    expectRefused(answer, 413);
    await scene.settle(client);
    client.expectNone("big");
  }),
  must("3.1", "event-channels-100", "an event for 100 channels is taken", async (scene) => {
    const names = Array.from({ length: 100 }, () => scene.name());
    await scene.api.publish(names, "e", "{}");
  }),
  must(
    "3.1",
    "event-info",
    "info answers with user_count and subscription_count of each channel",
    async (scene) => {
      const [presence, open] = [scene.name("presence-"), scene.name()];
      await scene.joined(presence, { user_id: "1" });
      await scene.joined(presence, { user_id: "1" });
      await scene.joined(open);
      const body = {
        name: "e",
        channels: [presence, open],
        data: "{}",
        info: "user_count,subscription_count",
      };
      const { json } = await scene.api.post("/events", body);
      expectSame(field(json, "channels", presence, "user_count"), 1, "user_count");
      expectSame(field(json, "channels", open, "subscription_count"), 1, "subscription_count");
      expectSame(field(json, "channels", open, "user_count"), undefined, "user_count of no presence channel");
    },
  ),
  must("3.1", "batch", "a batch delivers its events, in order, and is answered with 200", async (scene) => {
    const [one, other] = [scene.name(), scene.name()];
    const client = await scene.joined(one);
    await client.join(other);
    const names = Array.from({ length: 10 }, (_, i) => `e${i}`);
    const batch = names.map((name, i) => ({ name, channel: i % 2 === 0 ? one : other, data: String(i) }));
    const answer = await scene.api.post("/batch_events", { batch });
    expectSame(answer.status, 200, "the status");
    await scene.settle(client);
    for (const channel of [one, other]) {
      const came = client.messages.filter((one) => one.channel === channel && /^e\d$/.test(one.event));
      expectSame(
        came.map(({ event }) => event),
        batch.filter((one) => one.channel === channel).map(({ name }) => name),
        "what came",
      );
    }
  }),
  must("3.1", "batch-exclusion", "each event of a batch has its own socket_id", async (scene) => {
    const channel = scene.name();
    const [one, other] = [await scene.joined(channel), await scene.joined(channel)];
    const batch = [one, other].map(({ id }, i) => ({ name: `e${i}`, channel, data: "{}", socket_id: id }));
    await scene.api.post("/batch_events", { batch });
    await Promise.all([one.next("e1", channel), other.next("e0", channel)]);
    await scene.settle(one, other);
    one.expectNone("e0");
    other.expectNone("e1");
  }),
  must(
    "3.1",
    "batch-info",
    "a batch with info is answered with a list of the same order and length",
    async (scene) => {
      const [presence, open] = [scene.name("presence-"), scene.name()];
      await scene.joined(presence, { user_id: "1" });
      const batch = [
        { name: "e", channel: presence, data: "{}", info: "user_count" },
        { name: "e", channel: open, data: "{}" },
      ];
      const { json } = await scene.api.post("/batch_events", { batch });
      expectSame(field(json, "batch"), [{ user_count: 1 }, {}], "batch");
    },
  ),
  must("3.1", "batch-11", "a batch of 11 events: 400", async (scene) => {
    const batch = Array.from({ length: 11 }, () => ({ name: "e", channel: scene.name(), data: "{}" }));
    expectRefused(await scene.api.post("/batch_events", { batch }), 400);
  }),
  must("3.1", "batch-bad", "a batch that is no list, or has an event that is none: 400", async (scene) => {
    expectRefused(await scene.api.post("/batch_events", { batch: {} }), 400);
    expectRefused(await scene.api.post("/batch_events", { batch: [7] }), 400);
    expectRefused(
      await scene.api.post("/batch_events", { batch: [{ name: "e", channel: scene.name() }] }),
      400,
    );
  }),
  must("3.1", "batch-too-big", "a batch with an event of more than 10,240 bytes: 413", async (scene) => {
    const batch = [{ name: "e", channel: scene.name(), data: "x".repeat(10_241) }];
    expectRefused(await scene.api.post("/batch_events", { batch }), 413);
  }),
  may("3.1", "batch-all-or-nothing", "of a batch that is refused nothing is delivered", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const batch = [
      { name: "first", channel, data: "{}" },
      { name: "pusher:x", channel, data: "{}" },
    ];
    expectRefused(await scene.api.post("/batch_events", { batch }), 400);
    await scene.settle(client);
    if (client.heard("first").length > 0) throw new NotOffered("what stands before the fault is delivered");
  }),
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
