import type { LiveChannel, LiveEventData } from "@twinwire/vk-live";
import { element } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { Activity } from "./activity.ts";
import { nickColour } from "./chat-message.ts";
import { partNodes } from "./message-parts.ts";
import type { StreamView } from "./stream-view.ts";

/** Mentions beside the chat are not marked for their reader. */
const nobody = 0;

interface Someone {
  readonly nick: string;
  readonly nick_color?: number | null | undefined;
}

/** Shows what happens on a channel beside what is said. */
export function showsHappenings(channel: LiveChannel, activity: Activity, stream: StreamView): void {
  channel.on("channel_follow_create", ({ follow }) => {
    stream.followed(1);
    activity.add([who(follow.follower), " follows the channel"]);
  });
  channel.on("channel_follow_delete", ({ follow }) => {
    stream.followed(-1);
    activity.add([who(follow.follower), " no longer follows the channel"]);
  });
  const raid = (data: LiveEventData<"channel_raid_income">): void => {
    activity.add([who(data.raid.source.owner), ` raids with ${data.raid.raiders_count} viewers`]);
  };
  channel.on("channel_raid_income", raid);
  channel.on("raid_start", raid);
  channel.on("channel_points_reward_demand_create", ({ demand }) => {
    const { name, price } = demand.reward;
    const cost = typeof price === "number" ? ` for ${price} points` : "";
    const words = partNodes(demand.message_parts, nobody);
    activity.demand(String(demand.id), demand.status, [
      who(someoneIn(demand, "user")),
      ` redeems “${name ?? "a reward"}”${cost}${words.length === 0 ? "" : ": "}`,
      ...words,
    ]);
  });
  showsSubscriptions(channel, activity);
  showsStream(channel, activity, stream);
}

function showsSubscriptions(channel: LiveChannel, activity: Activity): void {
  const subscriber = (data: unknown): Node => who(someoneIn(data, "subscription", "subscriber"));
  channel.on("channel_subscription_create", (data) => {
    activity.add([subscriber(data), " subscribes"], level(data));
  });
  channel.on("channel_subscription_renew", (data) => {
    activity.add([subscriber(data), " renews a subscription"], level(data));
  });
  channel.on("channel_subscription_change", (data) => {
    activity.add([subscriber(data), " changes a subscription"], level(data));
  });
  channel.on("channel_subscription_delete", (data) => {
    activity.add([subscriber(data), " subscribes no longer"], level(data));
  });
  channel.on("channel_subscription_gift_buy", (data) => {
    const count = at(data, "gift", "count");
    const gifts = typeof count === "number" && count !== 1 ? `${count} subscriptions` : "a subscription";
    activity.add([who(someoneIn(data, "gift", "buyer")), ` buys ${gifts} for others`]);
  });
  channel.on("channel_subscription_gift_give", (data) => {
    const to = who(someoneIn(data, "gift", "receiver"));
    activity.add([who(someoneIn(data, "gift", "buyer")), " gives a subscription to ", to]);
  });
}

function showsStream(channel: LiveChannel, activity: Activity, stream: StreamView): void {
  channel.on("channel_stream_start", (data) => {
    const since = at(data, "stream", "started_at");
    stream.showState("live", typeof since === "number" ? since : undefined);
    activity.add(["The stream has started"]);
  });
  channel.on("channel_stream_pause", () => {
    stream.showState("paused");
    activity.add(["The stream is paused"]);
  });
  channel.on("channel_stream_resume", (data) => {
    const since = at(data, "stream", "started_at");
    stream.showState("live", typeof since === "number" ? since : undefined);
    activity.add(["The stream goes on"]);
  });
  channel.on("channel_stream_stop", () => {
    stream.showState("offline");
    activity.add(["The stream has stopped"]);
  });
  channel.on("channel_stream_settings_change", (data) => {
    const title = at(data, "stream", "title");
    if (typeof title !== "string") return;
    stream.showTitle(title);
    activity.add(["The stream has a new title"], title);
  });
  channel.on("channel_stream_record_new", () => {
    activity.add(["A recording of the stream is ready"]);
  });
}

function who({ nick, nick_color: colour }: Someone): HTMLElement {
  return element("strong", { class: `who nick-${nickColour(colour)}` }, nick);
}

/** Somebody in a payload whose shape is not published in full. */
function someoneIn(data: unknown, ...path: readonly string[]): Someone {
  const found = at(data, ...path);
  const nick = at(found, "nick");
  const colour = at(found, "nick_color");
  return {
    nick: typeof nick === "string" ? nick : "Somebody",
    ...(typeof colour === "number" ? { nick_color: colour } : {}),
  };
}

function level(data: unknown): string {
  const name = at(data, "subscription", "level", "name");
  return typeof name === "string" ? `Level: ${name}` : "";
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[name];
  }
  return here;
}
