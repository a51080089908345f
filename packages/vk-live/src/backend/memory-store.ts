import type { ChannelKind, ChannelRecordInput } from "../catalogue/channel-record.ts";
import { isLimited } from "../catalogue/channel-record.ts";
import type { LiveIdentity, LiveStore } from "./live-store.ts";

/** A slug and what belongs to it. */
export interface MemoryChannel {
  /** Without `web_socket_channels`, which come from `names`. */
  readonly channel: Omit<ChannelRecordInput["channel"], "web_socket_channels">;
  readonly owner?: ChannelRecordInput["owner"];
  readonly stream?: ChannelRecordInput["stream"];
  /**
   * Kind → name on the socket. `{user}` in a name becomes the id of the user who asks; an application, which has no
   * such id, does not see these.
   */
  readonly names: Readonly<Partial<Record<ChannelKind, string>>>;
  /** Ids of the users who may read the limited channels. */
  readonly readers?: readonly string[];
}

export interface MemoryContent {
  /** Access token → whose it is. */
  readonly tokens?: Readonly<Record<string, LiveIdentity>>;
  /** Slug → channel. */
  readonly channels?: Readonly<Record<string, MemoryChannel>>;
}

/** A store that can be changed while it is served. Each change counts from the next request on. */
export interface MemoryStore extends LiveStore {
  setToken(token: string, identity: LiveIdentity): void;
  removeToken(token: string): void;
  /** Puts in the place of the slug's channel, or adds. */
  setChannel(slug: string, channel: MemoryChannel): void;
  removeChannel(slug: string): void;
  /** Lets the user read the limited channels of the slug; throws a RangeError where there is no such slug. */
  grant(slug: string, userId: string): void;
  /** Takes that back. Tokens that were given stay good until they expire. */
  revoke(slug: string, userId: string): void;
}

const placeholder = "{user}";

/** The name as this user has it; `undefined` where it is made for users, and nobody of them asks. */
function nameFor(name: string, userId: string | undefined): string | undefined {
  if (!name.includes(placeholder)) return name;
  return userId === undefined ? undefined : name.replaceAll(placeholder, () => userId);
}

/** Keeps everything in memory: for a laptop, demonstrations and tests. */
export function memoryStore(content: MemoryContent = {}): MemoryStore {
  const tokens = new Map(Object.entries(content.tokens ?? {}));
  const channels = new Map(Object.entries(content.channels ?? {}));

  const change = (slug: string, readers: (before: readonly string[]) => readonly string[]): void => {
    const channel = channels.get(slug);
    if (channel === undefined) throw new RangeError(`There is no channel ${slug}.`);
    channels.set(slug, { ...channel, readers: readers(channel.readers ?? []) });
  };

  return {
    authenticate: (bearer) => tokens.get(bearer),
    channel: (slug, identity) => {
      const found = channels.get(slug);
      if (found === undefined) return undefined;
      const { channel, owner, stream, names } = found;
      const userId = identity.kind === "user" ? identity.id : undefined;
      const named = Object.entries(names).flatMap(([kind, name]) => {
        const own = name === undefined ? undefined : nameFor(name, userId);
        return own === undefined ? [] : [[kind, own] as const];
      });
      return {
        channel: { ...channel, web_socket_channels: Object.fromEntries(named) },
        ...(owner === undefined ? {} : { owner }),
        ...(stream === undefined ? {} : { stream }),
      };
    },
    mayRead: (userId, channelName) => {
      for (const { names, readers = [] } of channels.values())
        for (const [kind, name] of Object.entries(names))
          if (isLimited(kind) && name !== undefined && nameFor(name, userId) === channelName) {
            // Another slug may share the name, and have other readers.
            if (readers.includes(userId)) return true;
          }
      return false;
    },
    setToken: (token, identity) => {
      tokens.set(token, identity);
    },
    removeToken: (token) => {
      tokens.delete(token);
    },
    setChannel: (slug, channel) => {
      channels.set(slug, channel);
    },
    removeChannel: (slug) => {
      channels.delete(slug);
    },
    grant: (slug, userId) => {
      change(slug, (before) => [...new Set([...before, userId])]);
    },
    revoke: (slug, userId) => {
      change(slug, (before) => before.filter((reader) => reader !== userId));
    },
  };
}
