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
    /** Kind → name of the channel on the socket. Kinds that are not known may be of any form. */
    web_socket_channels: v.nullish(v.looseObject(v.entriesFromList(channelKinds, v.nullish(v.string()))), {}),
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

/** Name on the socket → kind. What is no text, or empty, is no name. */
export function channelNames(record: ChannelRecord): ReadonlyMap<string, ChannelKind> {
  const names = new Map<string, ChannelKind>();
  for (const [kind, name] of Object.entries(record.channel.web_socket_channels)) {
    if (typeof name !== "string" || name === "") continue;
    const other = names.get(name);
    // Of two kinds of one name the open one stays, which needs no token.
    if (other === undefined || (isLimited(other) && !isLimited(kind))) names.set(name, kind);
  }
  return names;
}
