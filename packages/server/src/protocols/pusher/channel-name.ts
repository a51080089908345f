import type { NameGrammar, Prefix } from "../../core/channel-name.ts";

/** Longest channel name of this wire, in characters; a user's channel may have so many behind its prefix. */
export const channelNameLength = 200;

export const userChannelPrefix = "#server-to-user-";

function closed(name: string, traits: Partial<Prefix>): readonly [string, Prefix] {
  const plain = { presence: false, cache: false, encrypted: false };
  return [name, { kind: "closed", length: name.length, ...plain, ...traits }];
}

const open: Prefix = { kind: "open", length: 0, presence: false, cache: false, encrypted: false };
const openCache: Prefix = { ...open, length: "cache-".length, cache: true };
const ofUser: Prefix = { ...open, kind: "user", length: userChannelPrefix.length };

/** The longest first: what begins a longer one is no match of its own (protocol notes, 2.2). */
const closedPrefixes = [
  closed("private-encrypted-cache-", { cache: true, encrypted: true }),
  closed("private-encrypted-", { encrypted: true }),
  closed("private-cache-", { cache: true }),
  closed("presence-cache-", { presence: true, cache: true }),
  closed("private-", {}),
  closed("presence-", { presence: true }),
] as const;

const letterP = 112;
const letterC = 99;
const hash = 35;

const plainName = /^[A-Za-z0-9_=@,.;-]{1,200}$/;
const namespacedName = /^[A-Za-z0-9_=@,.;:-]{1,200}$/;
/** Ids come from the back end, which may use any printable ASCII. */
const userName = /^#server-to-user-[\x20-\x7e]{1,200}$/;

/** What names mean to Pusher clients, and which of them exist for those (B1). */
export const pusherGrammar: NameGrammar = {
  prefix(name) {
    switch (name.charCodeAt(0)) {
      case letterP:
        for (const [text, prefix] of closedPrefixes) if (name.startsWith(text)) return prefix;
        return open;
      case letterC:
        return name.startsWith("cache-") ? openCache : open;
      case hash:
        return name.startsWith(userChannelPrefix) ? ofUser : open;
      default:
        return open;
    }
  },
  reaches(name, namespace) {
    if (name.charCodeAt(0) === hash) return userName.test(name);
    const colon = name.indexOf(":");
    if (colon < 0) return plainName.test(name);
    // The one colon is the namespace's: what stands before it is configured.
    return namespace?.length === colon && name.lastIndexOf(":") === colon && namespacedName.test(name);
  },
};
