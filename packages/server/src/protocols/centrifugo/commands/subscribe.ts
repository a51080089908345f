import { maySubscribe, readsOnceSubscribed, resolve } from "../../../core/access.ts";
import { after, type Answer } from "../../../core/answer.ts";
import type { GrantOverride } from "../../../core/broker.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import { channelName } from "../../../core/ids.ts";
import type { Joining } from "../../../core/joining.ts";
import type { Payload } from "../../../core/publication.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { join } from "../../../core/subscribe.ts";
import { endOf, expiryOf } from "../expiry.ts";
import { never, rejectUnrecovered, type Expiry, type SubscribeCommand } from "../messages.ts";
import { Disconnect, disconnect, type Outcome } from "../outcome.ts";
import { isDenial, outcomeOf, type Proxy } from "../proxies/proxy.ts";
import { subRefreshProxyOf } from "../proxies/refresh.ts";
import { askSubscribe, subscribeProxyOf } from "../proxies/subscribe.ts";
import { TagFilter } from "../../../core/tag-filter.ts";
import type { CentrifugoSession } from "../session.ts";
import { TokenFault } from "../tokens/jwt.ts";
import { readSubscriptionToken, type SubscriptionToken } from "../tokens/subscription-token.ts";
import { isTooLong } from "./name-length.ts";
import { outcomeOfFault } from "./token-outcome.ts";

/** What a subscription token, the subscribe proxy, or the namespace alone, says of a subscription. */
interface Permit {
  /** What others see of the client in the channel. */
  readonly info: Payload | undefined;
  /** For the subscriber itself. */
  readonly data: Payload | undefined;
  readonly expiry: Expiry;
  readonly override: GrantOverride;
}

const openPermit: Permit = { info: undefined, data: undefined, expiry: never, override: {} };

/** The order of the checks is Centrifugo's (protocol notes, 2.3 and 4.4). */
export function subscribe(session: CentrifugoSession, command: SubscribeCommand): Answer<Outcome> {
  const refused = refusedUnseen(session, command);
  if (refused !== undefined) return refused;
  const traits = resolve(session.app, command.channel);
  if (traits instanceof Refusal) return traits;
  const permit = permitOf(session, command, traits);
  // As in connect: where the answer is there, nothing is made to wait for it.
  return permit instanceof Promise
    ? permit.then((given) => enter(session, command, { traits, permit: given }))
    : enter(session, command, { traits, permit });
}

function enter(
  session: CentrifugoSession,
  command: SubscribeCommand,
  { traits, permit }: { readonly traits: ChannelTraits; readonly permit: Permitted },
): Answer<Outcome> {
  // Who left while its permit was looked for is told nothing, and leaves nothing behind.
  if (session.closed) return "answered";
  if (permit instanceof Refusal || permit instanceof Disconnect) return permit;
  const filter = command.filter === undefined ? undefined : TagFilter.of(command.filter);
  if (command.filter !== undefined && filter === undefined)
    return refuse("bad-request", "the tags filter is not well formed");
  const { hub, clock } = session.door.wire;
  const joined = join(hub, session, {
    traits,
    info: permit.info === undefined ? undefined : session.info(permit.info),
    override: permit.override,
    expiresAt: endOf(permit.expiry, clock.now()),
    serverSide: false,
    positioned: command.positioned,
    recoverable: command.recoverable,
    // Whoever may read the presence may hear of it (protocol notes, 2.3).
    joinLeave: command.joinLeave && readsOnceSubscribed(session, traits, traits.namespace.presenceAccess),
    recover: command.recover,
    delta: command.delta === "fossil",
    filter,
    wantsMembers: false,
    wantsCached: false,
  });
  return after(joined, (joining) =>
    joining instanceof Refusal ? joining : complete(session, command, { joining, permit }),
  );
}

/** What is refused whatever the channel is. A delta that its namespace does not have is simply not made. */
function refusedUnseen(
  session: CentrifugoSession,
  { channel, type, delta }: SubscribeCommand,
): Refusal | Disconnect | undefined {
  const { channelLimit, maxChannelLength } = session.door.wire.client;
  const { subscriptions } = session;
  if (type !== 0) return refuse("not-available", "there are neither maps nor shared polls here");
  if (delta !== "" && delta !== "fossil") return disconnect("bad-request", "the delta's type is not known");
  if (isTooLong(channel, maxChannelLength))
    return refuse("bad-request", "the channel's name is longer than channel.max_length");
  if (subscriptions.has(channelName(channel)))
    return refuse("already-subscribed", "the client subscribes to the channel");
  if (channelLimit > 0 && subscriptions.size >= channelLimit)
    return refuse("limit-exceeded", "client.channel_limit is reached");
  return undefined;
}

type Permitted = Permit | Refusal | Disconnect;

function permitOf(
  session: CentrifugoSession,
  command: SubscribeCommand,
  traits: ChannelTraits,
): Answer<Permitted> {
  if (command.token === "") {
    const proxy = subscribeProxyOf(session, traits);
    if (proxy !== undefined) return permitOfProxy(proxy, session, command);
    return maySubscribe(session, traits, "none") ?? openPermit;
  }
  const { subscriptionTokens } = session.door;
  if (subscriptionTokens === undefined) return refuse("permission-denied", "no token key is configured");
  const read = readSubscriptionToken(subscriptionTokens, command.token);
  return read instanceof Promise
    ? read.then((later) => permitOfToken(session, traits, later))
    : permitOfToken(session, traits, read);
}

/** The back end's word, as a token is: it opens closed channels too (B3). */
async function permitOfProxy(
  proxy: Proxy,
  session: CentrifugoSession,
  command: SubscribeCommand,
): Promise<Permitted> {
  const said = await askSubscribe(proxy, session, command);
  if (isDenial(said)) return outcomeOf(said);
  const { info, data, expireAt, override } = said;
  const expiry = expiryOf(expireAt, session.door.wire.clock.now());
  return expiry instanceof Refusal ? expiry : { info, data, expiry, override };
}

function permitOfToken(
  session: CentrifugoSession,
  traits: ChannelTraits,
  read: SubscriptionToken | TokenFault,
): Permitted {
  if (read instanceof TokenFault) return outcomeOfFault(read, "subscribe");
  const foreign = notFor(session, traits.name, read);
  if (foreign !== undefined) return foreign;
  const expiry = expiryOf(read.expireAt, session.door.wire.clock.now());
  if (expiry instanceof Refusal) return expiry;
  const permit = { info: read.info, data: read.data, expiry, override: read.override };
  return maySubscribe(session, traits, "back-end") ?? permit;
}

/** A token of somebody else, or for another channel, ends the connection (protocol notes, 4.2). */
export function notFor(
  session: CentrifugoSession,
  channel: string,
  token: { readonly channel: string; readonly user: string; readonly client: string },
): Disconnect | undefined {
  if (token.channel !== channel) return disconnect("invalid-token", "the token is for another channel");
  if (token.user !== session.user) return disconnect("invalid-token", "the token is another user's");
  if (token.client !== "" && token.client !== session.clientId)
    return disconnect("invalid-token", "the token is for another connection");
  return undefined;
}

/** In one turn: the reply, with those to the subscribes behind it, then everything that is published from now on. */
function complete(
  session: CentrifugoSession,
  { id, flag }: SubscribeCommand,
  { joining, permit }: { readonly joining: Joining; readonly permit: Permit },
): Outcome {
  const outcome = joining.settle();
  if ((flag & rejectUnrecovered) !== 0 && outcome.wasRecovering && !outcome.recovered) {
    joining.abandon();
    return refuse("unrecoverable-position", "what was missed is not to be had any more");
  }
  const { data } = permit;
  // Where the application refreshes the subscription, its client need not.
  const expiry = subRefreshProxyOf(session, joining.subscription) === undefined ? permit.expiry : never;
  if (!session.answer(id, { kind: "subscribe", result: { outcome, expiry, data } })) {
    joining.abandon();
    return "answered";
  }
  session.followAfterReply(joining);
  session.expires(joining.subscription.channel.traits.name);
  return "answered";
}
