import { describe, expect, test } from "bun:test";
import { liveEvents, type LiveEventInput, type LiveEventType } from "@twinwire/vk-live";
import { Events } from "../../server/test/events.ts";
import { Heard, World } from "./world.ts";

const chat = "api-channel-chat:7";
const ann = { id: 1, nick: "Ann", nick_color: 3 };
const raid = { raid: { source: { owner: ann }, raiders_count: 12 } };
const smile = {
  id: "owl",
  name: "Owl",
  small_url: "https://example.org/s.png",
  medium_url: "https://example.org/m.png",
  large_url: "https://example.org/l.png",
  is_animated: true,
};
const urls = { small_url: smile.small_url, medium_url: smile.medium_url, large_url: smile.large_url };

/** A whole payload of every event, as the DevAPI describes it. */
const samples: { readonly [T in LiveEventType]: LiveEventInput<T> } = {
  channel_chat_message_send: {
    chat_message: {
      id: 11,
      created_at: 1_700_000_000,
      is_private: false,
      author: {
        ...ann,
        avatar_url: "https://example.org/ann.png",
        is_owner: false,
        is_moderator: true,
        badges: [{ id: "b", name: "Badge", ...urls, achievement: { name: "First", type: "sub" } }],
        roles: [{ id: "r", name: "Role" }],
      },
      parts: [
        { text: { content: "hello " } },
        { link: { url: "https://example.org/", content: "example.org" } },
        { mention: { id: 2, nick: "Bob" } },
        { smile },
      ],
      parent: { id: 10, author: { id: 2, nick: "Bob" }, parts: [{ text: { content: "?" } }] },
    },
  },
  channel_chat_message_delete: { chat_message: { id: 11 } },
  channel_follow_create: { follow: { follower: ann } },
  channel_follow_delete: { follow: { follower: ann } },
  channel_raid_income: raid,
  raid_start: raid,
  channel_points_reward_demand_create: {
    demand: {
      id: 5,
      user: { id: 1, nick: "Ann" },
      message_parts: [{ text: { content: "please" } }],
      status: "pending",
      created_at: 1_700_000_000,
      reward: { id: "hydrate", name: "Hydrate", price: 100 },
    },
  },
  channel_subscription_create: { subscription: { user: ann } },
  channel_subscription_renew: { subscription: { user: ann } },
  channel_subscription_change: { subscription: { user: ann } },
  channel_subscription_delete: { subscription: { user: ann } },
  channel_subscription_gift_buy: { subscription: { user: ann, count: 5 } },
  channel_subscription_gift_give: { subscription: { user: ann } },
  channel_stream_start: { stream: { id: "s1" } },
  channel_stream_pause: { stream: { id: "s1" } },
  channel_stream_resume: { stream: { id: "s1" } },
  channel_stream_stop: { stream: { id: "s1" } },
  channel_stream_settings_change: { stream: { id: "s1", title: "New" } },
  channel_stream_record_new: { record: { id: "r1" } },
};
const types = Object.keys(samples) as LiveEventType[];

/** `channel_follow_create` → `channelFollowCreate`, by another way than the publisher's own. */
function methodOf(type: string): string {
  const [first = "", ...others] = type.split("_");
  return first + others.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

test("every event that the typed publisher sends is heard under its type, as it was sent", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Events<unknown>();
  for (const type of types)
    channel.on(type, (...[data, event]) => {
      heard.push({ type, same: event.data === data && event.type === type, data });
    });
  live.connect();
  await channel.ready;
  const publisher = world.publisher.to(chat) as Readonly<Record<string, (data: unknown) => Promise<void>>>;
  expect(Object.keys(publisher).toSorted()).toEqual(types.map(methodOf).toSorted());
  for (const type of types) {
    await publisher[methodOf(type)]?.(samples[type]);
    expect(await heard.next()).toEqual({ type, same: true, data: samples[type] });
  }
});

test("the catalogue has the events of the reference, and no others", () => {
  expect(Object.keys(liveEvents.schemas).toSorted()).toEqual(types.toSorted());
  expect(types).toHaveLength(19);
});

describe("what VK may leave out, or send as null", () => {
  test("is filled in where a list or a flag belongs", async () => {
    await using world = new World();
    const live = world.live("ann-token");
    const channel = live.channel("night-owl");
    const heard = new Heard(channel);
    live.connect();
    await channel.ready;
    const author = { id: 1, nick: "Ann", badges: null, roles: null, avatar_url: null };
    const chat_message = { id: 1, created_at: 1, author, parts: null, parent: null };
    await world.api.publish(chat, { type: "channel_chat_message_send", data: { chat_message } });
    expect((await heard.events.next()).data).toMatchObject({
      chat_message: { is_private: false, parts: [], author: { badges: [], roles: [], is_owner: false } },
    });
  });
});

test("a wrong payload is refused before it is sent, with its path", async () => {
  await using world = new World();
  const live = world.live("ann-token");
  const channel = live.channel("night-owl");
  const heard = new Heard(channel);
  live.connect();
  await channel.ready;
  const to = world.publisher.to(chat);
  const wrong = { raid: { source: { owner: { id: 1 } }, raiders_count: 1 } } as unknown as typeof raid;
  const fault: unknown = await to.raidStart(wrong).catch((cause: unknown) => cause);
  expect(fault).toMatchObject({ type: "raid_start", issues: [{ path: "raid.source.owner.nick" }] });
  await to.raidStart(raid);
  await heard.events.next();
  expect(heard.texts).toEqual(["raid_start"]);
});
