import type { Audience } from "./audience.ts";
import type { CachedPublication, Member } from "./broker.ts";
import type { Channel } from "./channel.ts";
import type { SharedFilter } from "./filtered-followers.ts";
import type { Hub } from "./hub.ts";
import type { HistoryPage, Publication, StreamPosition } from "./publication.ts";
import type { Session } from "./session.ts";
import type { JoinTerms } from "./subscribe.ts";
import { abandonJoin } from "./subscribe.ts";
import type { Subscription } from "./subscription.ts";
import { announce } from "./unsubscribe.ts";

/** What the broker said while the client waited. */
export interface Fetched {
  readonly page: HistoryPage | undefined;
  readonly slot: CachedPublication | undefined;
  /** The slot was asked for. */
  readonly slotRead: boolean;
  readonly members: readonly Member[];
}

/**
 * Why what was missed is not to be had: the stream began anew (`epoch`), keeps no longer what the client needs
 * (`history`), or has more of it than `client.recovery_max_publication_limit` (`limit`).
 */
export type Lost = "epoch" | "history" | "limit";

/** What a client is told when it has joined. */
export interface JoinOutcome {
  readonly recoverable: boolean;
  readonly positioned: boolean;
  /** Where the client stands; undefined where the channel has no positions. After a recovery it is where it stood before. */
  readonly position: StreamPosition | undefined;
  /** Publications are told by what has changed. */
  readonly delta: boolean;
  readonly wasRecovering: boolean;
  readonly recovered: boolean;
  /** Why it could not recover; undefined where it has, or did not ask for it. */
  readonly lost: Lost | undefined;
  /** What it missed, oldest first. */
  readonly publications: readonly Publication[];
  /** What the cache slot holds (B11). */
  readonly cached: Publication | undefined;
  /** Users of a presence channel, the client's own among them. */
  readonly members: readonly Member[];
  /** Unix milliseconds; 0 = never. */
  readonly expiresAt: number;
}

interface Parts {
  readonly hub: Hub;
  readonly session: Session;
  readonly subscription: Subscription;
  readonly terms: JoinTerms;
  readonly fetched: Fetched;
}

/**
 * A place taken, and not yet told. In one turn, without a wait between: `settle`, push the reply, `follow`. What is
 * published later then comes after the reply, and what came while the broker was asked is in the outcome.
 */
export class Joining {
  private done = false;
  private missed = false;
  /** The last publication that the reply holds. */
  private held: StreamPosition | undefined = undefined;

  constructor(private readonly parts: Parts) {}

  get subscription(): Subscription {
    return this.parts.subscription;
  }

  /** Compares the broker's answer with what this node has fanned out. Call it once, right before the reply. */
  settle(): JoinOutcome {
    const outcome = this.outcome();
    this.held = outcome.publications.at(-1)?.position;
    if (outcome.wasRecovering && outcome.recovered) {
      const { hub, subscription } = this.parts;
      hub.observer.recovered(subscription.channel.traits.namespace.name, outcome.publications.length);
    }
    this.missed = this.parts.fetched.slotRead && outcome.cached === undefined && !outcome.recovered;
    return outcome;
  }

  private outcome(): JoinOutcome {
    const { subscription, terms, fetched } = this.parts;
    const { channel } = subscription;
    const stream = fetched.page === undefined ? undefined : meet(channel, fetched.page);
    const base = {
      recoverable: terms.recoverable,
      positioned: terms.positioned,
      delta: terms.delta,
      position: stream?.position,
      wasRecovering: terms.since !== undefined,
      recovered: false,
      lost: undefined,
      publications: [] as readonly Publication[],
      cached: newestCached(channel, fetched.slot),
      members: fetched.members,
      expiresAt: subscription.expiresAt,
    };
    if (terms.recovery === "slot" && base.cached !== undefined)
      return { ...base, recovered: true, publications: [base.cached] };
    if (stream === undefined || terms.since === undefined || terms.recovery === "none") return base;
    const admits = admittedBy(subscription.filter);
    const outcome = {
      ...base,
      ...recover(stream, terms, { limit: channel.app.settings.recoveryLimit, admits }),
    };
    if (outcome.recovered || base.cached === undefined) return outcome;
    // What the stream cannot give back the slot may still have. It stands nowhere in the stream as the client will know it.
    return { ...outcome, publications: [{ ...base.cached, position: undefined }] };
  }

  /** Everything published from now on reaches the client. Call it right after the reply. */
  follow(): void {
    const { hub, session, subscription } = this.parts;
    if (this.done) return;
    if (session.closed || subscription.state === "ended") {
      this.abandon();
      return;
    }
    this.done = true;
    const { channel } = subscription;
    const { encoder, outlet } = session;
    const audience = channel.audience(encoder);
    audience.subscribers += 1;
    this.followPublications(audience);
    if (channel.followersOn(encoder.wire) === 1) hub.observer.channels(encoder.wire, 1);
    if (subscription.hearsMembership) {
      outlet.follow(audience.membershipTopic);
      audience.membershipFollowers += 1;
    }
    channel.add(subscription);
    if (subscription.positioned) channel.positioned += 1;
    subscription.state = "joined";
    channel.release();
    hub.observer.subscriptions(encoder.wire, 1);
    hub.occupancyChanged(channel, 1);
    if (subscription.announced)
      announce(hub, session, { subscription, change: "join", edge: subscription.firstOfUser });
    if (this.missed) hub.activity?.cacheMissed(channel);
  }

  private followPublications(audience: Audience): void {
    const { session, subscription, terms } = this.parts;
    const { filter } = subscription;
    const deltas = terms.delta ? audience.deltaFollowers() : undefined;
    if (deltas !== undefined) {
      subscription.way = deltas;
      deltas.add(subscription, this.held);
    } else if (filter !== undefined) {
      const filtered = filter.followers(audience);
      subscription.way = filtered;
      filtered.add(subscription);
    } else {
      session.outlet.follow(audience.topic);
      audience.followers += 1;
    }
  }

  /** Gives the place back instead. */
  abandon(): void {
    if (this.done) return;
    this.done = true;
    abandonJoin(this.parts.hub, this.parts.session, this.parts.subscription);
  }
}

/** A stream as this node's subscribers see it: up to a position they all share from now on. */
interface Stream {
  readonly position: StreamPosition;
  readonly publications: readonly Publication[];
  /** Publications between the answer and the position are not to be had. */
  readonly hole: boolean;
}

/** Brings the broker's answer to the last position fanned out here, from either side. */
function meet(channel: Channel, page: HistoryPage): Stream {
  const here = channel.position ?? page.position;
  if (here.epoch !== page.position.epoch) {
    // The stream has begun anew, and nobody can say whether the answer or this node is behind. Publications of the old
    // one may still be on their way, so the client stands where all others here do, and soon hears with them.
    channel.heardAt = 0;
    return { position: here, publications: [], hole: true };
  }
  if (page.position.offset === here.offset)
    return { position: here, publications: page.publications, hole: false };
  if (page.position.offset > here.offset)
    // The rest is on its way here and comes by the topic.
    return {
      position: here,
      publications: page.publications.filter((one) => before(one, here)),
      hole: false,
    };
  const missing = (channel.tail ?? []).filter(
    ({ position }) => position !== undefined && position.offset > page.position.offset,
  );
  const hole = channel.tailOverflowed || missing.length !== here.offset - page.position.offset;
  return { position: here, publications: [...page.publications, ...missing], hole };
}

function before(publication: Publication, here: StreamPosition): boolean {
  return publication.position !== undefined && publication.position.offset <= here.offset;
}

type Admits = (publication: Publication) => boolean;

const everything: Admits = () => true;

function admittedBy(shared: SharedFilter | undefined): Admits {
  return shared === undefined ? everything : ({ tags }) => shared.filter.admits(tags);
}

interface RecoverRules {
  readonly limit: number;
  /** What the client takes. What it does not take counts as there, so that a gap is one of the stream. */
  readonly admits: Admits;
}

function recover(stream: Stream, terms: JoinTerms, { limit, admits }: RecoverRules): Partial<JoinOutcome> {
  const { since } = terms;
  if (since === undefined) return {};
  const { position, publications } = stream;
  const sameEpoch = since.epoch === "" || since.epoch === position.epoch;
  if (terms.recovery === "latest") {
    const unchanged = since.epoch === position.epoch && since.offset === position.offset;
    if (unchanged) return { recovered: true };
    const newest = publications.at(-1);
    if (newest === undefined || newest.position?.offset !== position.offset || stream.hole) return {};
    const wanted = publications.findLast(admits);
    return wanted === undefined ? {} : { recovered: true, publications: [wanted] };
  }
  const missed = position.offset - since.offset;
  if (!sameEpoch || missed < 0) return { lost: "epoch" };
  if (missed > limit) return { lost: "limit" };
  if (stream.hole || !contiguous(publications, since.offset, position)) return { lost: "history" };
  const wanted = admits === everything ? publications : publications.filter(admits);
  return { recovered: true, publications: wanted, position: { offset: since.offset, epoch: position.epoch } };
}

/** Whether the publications are exactly those after `since` up to the position. */
function contiguous(publications: readonly Publication[], since: number, position: StreamPosition): boolean {
  let expected = since;
  for (const publication of publications) {
    expected += 1;
    if (publication.position?.offset !== expected || publication.position.epoch !== position.epoch)
      return false;
  }
  return expected === position.offset;
}

/** A publication that came while the slot was read is newer than what was read. */
function newestCached(channel: Channel, slot: CachedPublication | undefined): Publication | undefined {
  if (!channel.traits.cache) return undefined;
  return channel.tail?.findLast((publication) => publication.by === undefined) ?? slot?.publication;
}
