/** What the server keeps of these channels for a client that was cut off: the newest hundred, for five minutes. */
const recovery = { history_size: 100, history_ttl: "300s", force_recovery: true } as const;

/** Open to every connected user, and `name#user` to that user alone. Presence tells the back end who is in there. */
const open = {
  ...recovery,
  presence: true,
  allow_subscribe_for_client: true,
  allow_user_limited_channels: true,
} as const;

/** The namespaces of VK Video Live's channel names, as `channel.namespaces` of a configuration has them. */
export const namespaces = [
  { name: "api-channel-chat", ...open },
  { name: "api-channel-info", ...open },
  { name: "api-channel-points", ...open },
  // Nobody gets in by the namespace: a subscription needs a token.
  { name: "api-channel-limited-chat", ...recovery, presence: true },
] as const;
