import type { Client, Member } from "../client.ts";
import { must, type Line } from "../line.ts";
import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";

const succeeded = "pusher_internal:subscription_succeeded";
const miss = "pusher:cache_miss";

const kinds = ["cache-", "private-cache-", "private-encrypted-cache-", "presence-cache-"] as const;

function memberFor(channel: string): Member | undefined {
  return channel.startsWith("presence-") ? { user_id: "1" } : undefined;
}

/** What came on the channel, in order; counts are another subject. */
function story(client: Client, channel: string): string[] {
  return client.messages
    .filter((one) => one.channel === channel && one.event !== "pusher_internal:subscription_count")
    .map(({ event }) => event);
}

const perKind = kinds.flatMap((kind) => [
  must(
    "2.7",
    `${kind}miss`,
    `${kind}… with nothing cached: succeeded, then pusher:cache_miss`,
    async (scene) => {
      const channel = scene.name(kind);
      const client = await scene.joined(channel, memberFor(channel));
      const { data } = await client.next(miss, channel);
      expectThat(data === undefined || data === "{}", `data of cache_miss is ${shown(data)}`);
      await scene.settle(client);
      expectSame(story(client, channel), [succeeded, miss], "what came");
    },
  ),
  must(
    "2.7",
    `${kind}hit`,
    `${kind}… with an event cached: succeeded, then that event as published`,
    async (scene) => {
      const channel = scene.name(kind);
      await scene.api.publish(channel, "old", '{"n":1}');
      await scene.api.publish(channel, "last", '{"n": 2}');
      const client = await scene.joined(channel, memberFor(channel));
      expectSame((await client.next("last", channel)).data, '{"n": 2}', "data");
      await scene.settle(client);
      expectSame(story(client, channel), [succeeded, "last"], "what came");
    },
  ),
]);

export const cache: readonly Line[] = [
  ...perKind,
  must(
    "2.7",
    "cache-kept",
    "what is cached stays when the last subscriber leaves, and comes with any later join",
    async (scene) => {
      const channel = scene.name("cache-");
      const first = await scene.joined(channel);
      await scene.api.publish(channel, "kept", "{}");
      await first.next("kept", channel);
      first.close();
      await first.closed();
      const second = await scene.joined(channel);
      await second.next("kept", channel);
      second.expectNone(miss);
    },
  ),
  must(
    "2.7",
    "cache-to-the-new",
    "only who joins gets the cached event; others have had it",
    async (scene) => {
      const channel = scene.name("cache-");
      const first = await scene.joined(channel);
      await scene.api.publish(channel, "once", "{}");
      const second = await scene.joined(channel);
      await second.next("once", channel);
      await scene.settle(first, second);
      expectSame(first.heard("once").length, 1, "how often the first had it");
      expectSame(second.heard("once").length, 1, "how often the second had it");
    },
  ),
  must("2.4", "client-event-not-cached", "client events do not enter the cache", async (scene) => {
    const channel = scene.name("private-cache-");
    const [sender, other] = [await scene.joined(channel), await scene.joined(channel)];
    sender.send({ event: "client-x", channel, data: {} });
    await other.next("client-x", channel);
    const later = await scene.joined(channel);
    await later.next(miss, channel);
    later.expectNone("client-x");
  }),
  must("2.2", "no-cache", "a channel without the prefix replays nothing", async (scene) => {
    const channel = scene.name();
    await scene.api.publish(channel, "gone", "{}");
    const client = await scene.joined(channel);
    await scene.settle(client);
    expectSame(story(client, channel), [succeeded], "what came");
  }),
  must(
    "2.7",
    "cache-attribute",
    "info=cache shows the cached data and its ttl; null where there is none",
    async (scene) => {
      const channel = scene.name("cache-");
      const before = await scene.api.get(`/channels/${channel}`, { info: "cache" });
      expectSame(before.status, 200, "the status");
      expectSame(field(before.json, "cache"), null, "cache before");
      await scene.api.publish(channel, "e", '{"n":1}');
      const { json } = await scene.api.get(`/channels/${channel}`, { info: "cache" });
      expectSame(field(json, "cache", "data"), '{"n":1}', "cache.data");
      const ttl = field(json, "cache", "ttl");
      expectThat(typeof ttl === "number" && ttl > 0, `cache.ttl is ${shown(ttl)}`);
    },
  ),
];
