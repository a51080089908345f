import { keepsPresence, keepsHistory, readsOnceSubscribed } from "./access.ts";
import type { Answer } from "./answer.ts";
import { after, attempt } from "./answer.ts";
import type { CachedPublication, GrantOverride, Member } from "./broker.ts";
import type { Channel } from "./channel.ts";
import type { ChannelTraits } from "./channel-name.ts";
import { ChannelFilters } from "./filtered-followers.ts";
import type { Hub } from "./hub.ts";
import { onceOpen } from "./hub.ts";
import type { Fetched } from "./joining.ts";
import { Joining } from "./joining.ts";
import type { NamespaceOptions } from "./namespace.ts";
import type { ClientInfo, HistoryPage, StreamPosition } from "./publication.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import { Subscription } from "./subscription.ts";
import type { TagFilter } from "./tag-filter.ts";
import { dropPresence, releaseFilter } from "./unsubscribe.ts";

/** What a client asks for, and what its back end said about it. Access has been decided already. */
export interface JoinRequest {
  readonly traits: ChannelTraits;
  /** How others will see the client here, where that is not just as its connection is known. */
  readonly info: ClientInfo | undefined;
  readonly override: GrantOverride;
  /** Unix milliseconds; 0 = never. */
  readonly expiresAt: number;
  readonly serverSide: boolean;
  readonly positioned: boolean;
  readonly recoverable: boolean;
  readonly joinLeave: boolean;
  /** Recover from here. An empty epoch fits every epoch. */
  readonly recover: StreamPosition | undefined;
  /** Tell publications by what has changed. @default false */
  readonly delta?: boolean;
  /** Take only these, where the namespace has filters. @default everything */
  readonly filter?: TagFilter | undefined;
  /** Fetch the list of users, for a wire that tells it to whoever joins. */
  readonly wantsMembers: boolean;
  /** Fetch the cache slot, for a wire that replays it to whoever joins. */
  readonly wantsCached: boolean;
}

/** What the namespace, the token and the request together decide. */
export interface JoinTerms {
  readonly positioned: boolean;
  readonly recoverable: boolean;
  /** Where to recover from, if at all, and how. */
  readonly recovery: "none" | "stream" | "latest" | "slot";
  readonly since: StreamPosition | undefined;
  /** Publications are told by what has changed. */
  readonly delta: boolean;
}

/** How long a join may wait for this node to see what its client has seen on another, in milliseconds. */
const catchUpPatience = 2_000;

/**
 * Takes a place in a channel. The result is to be settled, told to the client and followed in one turn (`Joining`).
 * The same client cannot take the place twice: it is reserved before the first wait.
 */
export function join(hub: Hub, session: Session, request: JoinRequest): Answer<Joining | Refusal> {
  const { traits } = request;
  if (session.subscriptions.has(traits.name))
    return refuse("already-subscribed", "the client subscribes to the channel");
  let channel: Channel;
  try {
    channel = hub.open(session.app, traits);
  } catch (cause) {
    return unanswered(hub, cause);
  }
  const subscription = new Subscription(session, channel, request.serverSide);
  session.subscriptions.add(subscription);
  channel.hold();
  const terms = termsOf(session, request);
  apply(request, terms, subscription);

  const abandon = (refusal: Refusal): Refusal => {
    abandonJoin(hub, session, subscription);
    return refusal;
  };
  // Who puts each publication together from the one before needs them all (protocol notes, 2.9).
  const unfiltered = terms.delta ? undefined : takeFilter(channel, request, subscription);
  if (unfiltered !== undefined) return abandon(unfiltered);
  return attempt<Joining | Refusal>(
    () =>
      onceOpen(channel, () =>
        after(enter(hub, channel, { subscription, request }), (entered) => {
          if (entered !== undefined) return abandon(entered);
          return after(fetch(hub, channel, { request, terms }), (fetched) => {
            if (session.closed || hasEnded(subscription)) return abandon(hasLeft());
            return new Joining({ hub, session, subscription, terms, fetched });
          });
        }),
      ),
    (cause) => abandon(unanswered(hub, cause)),
  );
}

function takeFilter(
  channel: Channel,
  { filter, traits }: JoinRequest,
  subscription: Subscription,
): Refusal | undefined {
  if (filter === undefined) return undefined;
  if (!traits.namespace.tagFilters) return refuse("bad-request", "the namespace takes no tags filter");
  channel.filters ??= new ChannelFilters();
  subscription.filter = channel.filters.take(filter, channel.app.settings.tagFilters);
  if (subscription.filter === undefined) return refuse("bad-request", "apps[].limits.tag_filters is reached");
  return undefined;
}

function hasLeft(): Refusal {
  return refuse("internal", "the client left while it joined");
}

function unanswered(hub: Hub, cause: unknown): Refusal {
  hub.observer.defect("join", cause);
  return refuse("internal", "the broker did not answer");
}

/** Gives the reserved place back. */
export function abandonJoin(hub: Hub, session: Session, subscription: Subscription): void {
  const { channel } = subscription;
  session.subscriptions.remove(subscription);
  subscription.state = "ended";
  releaseFilter(subscription);
  if (subscription.present) dropPresence(hub, session, subscription);
  channel.release();
  hub.tidy(channel);
}

/** Somebody ended it while the broker was asked; a function, because the compiler still holds it for `joining`. */
function hasEnded(subscription: Subscription): boolean {
  return subscription.state === "ended";
}

function termsOf(session: Session, request: JoinRequest): JoinTerms {
  const { traits, override } = request;
  const options = traits.namespace;
  const reads = readsOnceSubscribed(session, traits, options.historyAccess);
  const forceRecovery = override.forceRecovery ?? options.forceRecovery;
  const keeps = keepsHistory(traits);
  const recoverable = forceRecovery || (keeps && request.recoverable && (options.allowRecovery || reads));
  const positioned =
    recoverable ||
    (override.forcePositioning ?? options.forcePositioning) ||
    (request.positioned && (options.allowPositioning || (keeps && reads)));
  const recover = request.recover ?? (recoverable && asksByItself(session, options) ? anywhere : undefined);
  let recovery: JoinTerms["recovery"] = "none";
  if (recover !== undefined) {
    if (recoverable && keeps) recovery = options.recoveryMode === "cache" ? "latest" : "stream";
    else if (traits.cache) recovery = "slot";
  }
  const delta = request.delta === true && options.deltas && session.encoder.deltas !== undefined;
  return { positioned, recoverable, recovery, since: recover, delta };
}

/** As a client that knows nothing of the stream asks for what it may have missed. */
const anywhere: StreamPosition = { offset: 0, epoch: "" };

/** `auto_cache_recover` is Centrifugo's. */
function asksByItself(session: Session, { autoRecover, recoveryMode }: NamespaceOptions): boolean {
  return autoRecover && recoveryMode === "cache" && session.encoder.wire === "centrifugo";
}

function apply(request: JoinRequest, terms: JoinTerms, subscription: Subscription): void {
  const { traits, override } = request;
  const options = traits.namespace;
  subscription.positioned = terms.positioned;
  subscription.expiresAt = request.expiresAt;
  subscription.announced = traits.presence || (override.joinLeave ?? options.joinLeave);
  subscription.hearsMembership =
    (override.forcePushJoinLeave ?? options.forcePushJoinLeave) ||
    (request.joinLeave && subscription.announced);
  subscription.info = request.info;
  // What others are told when it comes has to be what they are told when it goes.
  if (subscription.announced || keepsEntry(request))
    subscription.info ??= subscription.session.info(undefined);
}

/** Whether the client stands in the channel's presence. */
function keepsEntry({ traits, override }: JoinRequest): boolean {
  return traits.presence || (override.presence ?? keepsPresence(traits));
}

function enter(
  hub: Hub,
  channel: Channel,
  { subscription, request }: { subscription: Subscription; request: JoinRequest },
): Answer<Refusal | undefined> {
  const { traits } = request;
  const { info } = subscription;
  // It would be added after its place in presence was given up, and perhaps after its next one was taken.
  if (hasEnded(subscription)) return hasLeft();
  if (info === undefined || !keepsEntry(request)) return undefined;
  const userLimit = traits.presence ? channel.app.settings.presenceMembers : 0;
  const entry = { ...info, node: hub.ports.node };
  // Before the answer: a call that fails, or that nobody waits for any more, may have added the client all the same.
  subscription.present = true;
  const entered = after(hub.broker.addPresence(channel.key, entry, userLimit), (added) => {
    subscription.entering = undefined;
    if (added === "full") {
      subscription.present = false;
      return refuse("limit-exceeded", "apps[].limits.presence_members is reached");
    }
    subscription.firstOfUser = added === "first";
    return hasEnded(subscription) ? hasLeft() : undefined;
  });
  if (entered instanceof Promise) {
    const done = (): void => undefined;
    subscription.entering = entered.then(done, done);
  }
  return entered;
}

interface Wanted {
  readonly request: JoinRequest;
  readonly terms: JoinTerms;
}

function fetch(hub: Hub, channel: Channel, wanted: Wanted): Answer<Fetched> {
  return after(fetchStream(hub, channel, wanted), (page) =>
    after(fetchSlot(hub, channel, wanted), (slot) =>
      after(fetchMembers(hub, channel, wanted), (members) => ({
        page,
        slot,
        slotRead: readsSlot(channel, wanted),
        members,
      })),
    ),
  );
}

/** The stream as the client asked for it; undefined for a client that counts on no positions. */
function fetchStream(
  hub: Hub,
  channel: Channel,
  { request, terms }: Wanted,
): Answer<HistoryPage | undefined> {
  // Whoever comes first asks for the position in any case. If only the next one did, that position might be above
  // what is still on its way to the first, who would miss it.
  const unknown = channel.position === undefined && keepsHistory(channel.traits);
  if (!terms.positioned && !unknown) return undefined;
  const bounds = channel.traits.namespace.history;
  const limit = channel.app.settings.recoveryLimit;
  // The newest that a filter lets through may be an older one.
  const newest = request.filter === undefined || terms.delta ? 1 : limit;
  const query =
    terms.recovery === "stream"
      ? // One more than a client may miss, to tell "all" from "too many".
        { since: terms.since?.offset ?? 0, limit: limit + 1, reverse: false }
      : { since: undefined, limit: terms.recovery === "latest" ? newest : 0, reverse: true };
  return after(hub.broker.history(channel.key, query, bounds), (read) => {
    const page = query.reverse ? { ...read, publications: read.publications.toReversed() } : read;
    begin(channel, page.position, hub.ports.clock.now());
    if (!terms.positioned) return undefined;
    const needed = terms.recovery === "latest" ? page.position : terms.since;
    const here = channel.position;
    if (needed === undefined || here === undefined || terms.recovery === "none") return page;
    if (
      here.epoch !== page.position.epoch ||
      needed.offset <= here.offset ||
      needed.offset > page.position.offset
    )
      return page;
    // The client has seen on another node what is still on its way to this one. Following the topic now would bring
    // it again, and a topic cannot skip for one client: wait for this node to catch up.
    const reached = channel.whenReached({ offset: needed.offset, epoch: here.epoch });
    return Promise.race([reached, hub.ports.clock.delay(catchUpPatience)]).then(() => page);
  });
}

/** Nobody has joined here yet: what is still on its way from below this position is a duplicate for all who will. */
function begin(channel: Channel, position: StreamPosition, now: number): void {
  if (channel.position !== undefined) return;
  channel.moveTo(position);
  channel.heardAt = now;
}

function fetchSlot(hub: Hub, channel: Channel, wanted: Wanted): Answer<CachedPublication | undefined> {
  return readsSlot(channel, wanted) ? hub.broker.cached(channel.key) : undefined;
}

function readsSlot({ traits }: Channel, { request, terms }: Wanted): boolean {
  return traits.cache && (request.wantsCached || terms.since !== undefined);
}

function fetchMembers(hub: Hub, channel: Channel, { request }: Wanted): Answer<readonly Member[]> {
  return request.wantsMembers && channel.traits.presence ? hub.broker.members(channel.key) : [];
}
