import { defineEvents, type PayloadIn, type PayloadOut } from "@twinwire/events";
import * as v from "valibot";

import { chatMessage, id, parts, person, unixSeconds } from "./chat.ts";

const messageSend = v.looseObject({ chat_message: chatMessage });
const messageDelete = v.looseObject({ chat_message: v.looseObject({ id }) });
const follow = v.looseObject({ follow: v.looseObject({ follower: person }) });
const raid = v.looseObject({
  raid: v.looseObject({
    source: v.looseObject({ owner: person }),
    raiders_count: v.pipe(v.number(), v.integer()),
  }),
});

/** A reward that somebody asks for with points. */
const rewardDemand = v.looseObject({
  demand: v.looseObject({
    id: v.union([v.number(), v.string()]),
    user: v.looseObject({ id, nick: v.string() }),
    message_parts: parts,
    /** `pending`, `approved` or `rejected`; the list is open. */
    status: v.string(),
    created_at: v.nullish(unixSeconds),
    reward: v.looseObject({
      id: v.union([v.number(), v.string()]),
      name: v.nullish(v.string()),
      price: v.nullish(v.number()),
    }),
  }),
});

/** VK publishes no shape for these: an object, handed over as it came. */
const open = v.looseObject({});

/** Every event of the DevAPI that goes over the socket, by its type: `{ type, data }` on the wire. */
export const liveEvents = defineEvents({
  channel_chat_message_send: messageSend,
  channel_chat_message_delete: messageDelete,
  channel_follow_create: follow,
  channel_follow_delete: follow,
  channel_raid_income: raid,
  raid_start: raid,
  channel_points_reward_demand_create: rewardDemand,
  channel_subscription_create: open,
  channel_subscription_renew: open,
  channel_subscription_change: open,
  channel_subscription_delete: open,
  channel_subscription_gift_buy: open,
  channel_subscription_gift_give: open,
  channel_stream_start: open,
  channel_stream_pause: open,
  channel_stream_resume: open,
  channel_stream_stop: open,
  channel_stream_settings_change: open,
  channel_stream_record_new: open,
});

export type LiveSchemas = (typeof liveEvents)["schemas"];
export type LiveEventType = keyof LiveSchemas;
/** What a subscriber gets. */
export type LiveEventData<T extends LiveEventType = LiveEventType> = PayloadOut<LiveSchemas, T>;
/** What a publisher gives. */
export type LiveEventInput<T extends LiveEventType = LiveEventType> = PayloadIn<LiveSchemas, T>;
