import * as v from "valibot";

/** The channels of a stream that are known, by what `web_socket_channels` calls them. */
export const channelKinds = [
  "chat",
  "private_chat",
  "limited_chat",
  "limited_private_chat",
  "info",
  "private_info",
  "channel_points",
  "private_channel_points",
] as const;

/** One of the known kinds, or one that VK adds later. */
export type ChannelKind = (typeof channelKinds)[number] | (string & Record<never, never>);

/** Limited channels want a subscription token; the others are open, or bound to a user by their name (`…#<user>`). */
export function isLimited(kind: ChannelKind): boolean {
  return kind.startsWith("limited_");
}

const person = v.looseObject({
  id: v.nullish(v.number()),
  nick: v.nullish(v.string()),
  nick_color: v.nullish(v.number()),
  avatar_url: v.nullish(v.string()),
});

/** What `GET /v1/channel` has in its `data`, as on the wire. */
export const channelRecord = v.looseObject({
  channel: v.looseObject({
    id: v.nullish(v.number()),
    nick: v.nullish(v.string()),
    url: v.nullish(v.string()),
    status: v.nullish(v.string()),
    counters: v.nullish(v.looseObject({ subscribers: v.nullish(v.number()) })),
    avatar_url: v.nullish(v.string()),
    cover_url: v.nullish(v.string()),
    description: v.nullish(v.string()),
    nick_color: v.nullish(v.number()),
    /** Kind → name of the channel on the socket. */
    web_socket_channels: v.nullish(v.record(v.string(), v.nullish(v.string())), {}),
  }),
  owner: v.nullish(person),
  stream: v.nullish(
    v.looseObject({
      id: v.nullish(v.union([v.string(), v.number()])),
      title: v.nullish(v.string()),
      status: v.nullish(v.string()),
      started_at: v.nullish(v.number()),
      category: v.nullish(v.looseObject({})),
    }),
  ),
});

/** A stream's channel, its owner, and the stream if there is one. */
export type ChannelRecord = v.InferOutput<typeof channelRecord>;
export type ChannelRecordInput = v.InferInput<typeof channelRecord>;

/** Name on the socket → kind. Empty and absent names are none. */
export function channelNames(record: ChannelRecord): ReadonlyMap<string, ChannelKind> {
  const names = new Map<string, ChannelKind>();
  for (const [kind, name] of Object.entries(record.channel.web_socket_channels))
    // Two kinds of one name: the open one, which needs no token, comes first on the wire and stays.
    if (name !== undefined && name !== null && name !== "" && !names.has(name)) names.set(name, kind);
  return names;
}
