import { App } from "../../../core/app.ts";
import { ChannelNaming, type ChannelTraits, type NameGrammar } from "../../../core/channel-name.ts";
import { appId } from "../../../core/ids.ts";
import type { NamespaceOptions } from "../../../core/namespace.ts";
import type { Tags } from "../../../core/publication.ts";
import { TagFilter } from "../../../core/tag-filter.ts";

const anybody = { client: true, subscriber: true, anonymous: true };

/** A namespace whose history is so short and so short-lived that a client often misses more than there is. */
const stream: NamespaceOptions = {
  name: "",
  presence: true,
  joinLeave: true,
  forcePushJoinLeave: false,
  history: { size: 6, ttl: 60_000, metaTtl: 300_000 },
  forcePositioning: false,
  allowPositioning: true,
  forceRecovery: false,
  allowRecovery: true,
  pusherRecovery: 0,
  recoveryMode: "stream",
  autoRecover: false,
  deltas: true,
  deltaPublish: false,
  tagFilters: true,
  subscribe: anybody,
  publish: anybody,
  presenceAccess: anybody,
  historyAccess: anybody,
  userLimited: false,
  pattern: undefined,
  dataFormat: "",
};

const latest: NamespaceOptions = { ...stream, name: "latest", recoveryMode: "cache" };
const auto: NamespaceOptions = { ...latest, name: "auto", forceRecovery: true, autoRecover: true };
const fleeting: NamespaceOptions = {
  ...stream,
  name: "fleeting",
  history: { size: 0, ttl: 0, metaTtl: 300_000 },
};

const grammar: NameGrammar = {
  prefix(name) {
    const presence = name.startsWith("presence-");
    return { kind: "open", length: 0, presence, cache: presence, encrypted: false };
  },
  reaches: () => false,
};

/** Users that fit into a presence channel. */
export const memberLimit = 2;
/** Missed publications up to which a client recovers. */
export const recoveryLimit = 5;

export const channelNames = ["room", "latest:room", "auto:room", "presence-fleeting"] as const;

/** Lets through what `tagsOf` says is even. */
export const evenOnly = TagFilter.of({ op: "", key: "even", cmp: "eq", val: "yes", vals: [], nodes: [] });

export function tagsOf(number: number): Tags {
  return { even: number % 2 === 0 ? "yes" : "no" };
}

export function simulatedApp(): App {
  const naming = new ChannelNaming({
    namespaces: new Map([
      ["latest", latest],
      ["auto", auto],
      ["fleeting", fleeting],
    ]),
    withoutNamespace: stream,
    prefixes: new Map([["presence-", "fleeting"]]),
    privatePrefix: "",
    boundary: ":",
    userBoundary: "",
    userSeparator: "",
    grammar,
  });
  return new App({
    id: appId("sim"),
    naming,
    bridged: false,
    publicChannels: true,
    clientEvents: true,
    insecure: false,
    clientEventsPerSecond: 0,
    eventBytes: 0,
    presenceMembers: memberLimit,
    tagFilters: 64,
    userConnections: 0,
    personalChannel: undefined,
    historyLimit: 100,
    recoveryLimit,
  });
}

export function traitsOf(app: App, name: string): ChannelTraits {
  const traits = app.settings.naming.traits(name);
  if (traits === undefined) throw new RangeError(`no such channel: ${name}`);
  return traits;
}
