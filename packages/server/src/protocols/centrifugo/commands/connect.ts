import { maySubscribe, resolve } from "../../../core/access.ts";
import { after, type Answer } from "../../../core/answer.ts";
import type { ServerGrant } from "../../../core/broker.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import { channelName, nobody, userId } from "../../../core/ids.ts";
import type { Joining } from "../../../core/joining.ts";
import type { Payload } from "../../../core/publication.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { serverJoinRequest } from "../../../core/server-subscribe.ts";
import { join, type JoinRequest } from "../../../core/subscribe.ts";
import { endOf, expiryOf } from "../expiry.ts";
import { never, type ConnectCommand, type Expiry, type SubscribeResult } from "../messages.ts";
import { Disconnect, disconnect, type Outcome } from "../outcome.ts";
import { askConnect } from "../proxies/connect.ts";
import { carry, pickEmulated } from "../proxies/luggage.ts";
import { isDenial, outcomeOf, type Proxy } from "../proxies/proxy.ts";
import type { CentrifugoSession } from "../session.ts";
import type { CentrifugoApp } from "../settings.ts";
import { plainGrant, readConnectionToken, type ConnectionToken } from "../tokens/connection-token.ts";
import { TokenFault } from "../tokens/jwt.ts";
import type { Door } from "../wire.ts";
import { isTooLong } from "./name-length.ts";
import { endOthers } from "./single-connection.ts";
import { outcomeOfFault } from "./token-outcome.ts";

/** Who a client is and what it may, by its token, the connect proxy, or without either. */
interface Credentials extends ConnectionToken {
  /** For the client. */
  readonly data?: Payload | undefined;
  /**
   * `proxy`: the application said so, asked by the connect proxy, and the client has no wishes of its own. `header`: the
   * handshake did (`client.user_id_http_header`), and the client has no server-side subscriptions at all.
   */
  readonly by?: "proxy" | "header";
}

type Denied = Refusal | Disconnect;

/** The order of the decisions is Centrifugo's (protocol notes, 2.1). */
export function connect(session: CentrifugoSession, command: ConnectCommand): Answer<Outcome> {
  // The application is told the id that others will see.
  session.name();
  const { emulated } = session.door.proxies.wants;
  if (command.headers !== undefined && emulated.length > 0) {
    const picked = pickEmulated(command.headers, emulated);
    if (picked === "too-long")
      return disconnect("bad-request", "the client's headers are longer than what is kept of them");
    if (picked !== undefined) carry(session, { emulated: picked });
  }
  const credentials = authenticate(session, command);
  // A reconnect storm comes by here: where the answer is there, nothing is made to wait for it.
  return credentials instanceof Promise
    ? credentials.then((given) => enter(session, command, given))
    : enter(session, command, credentials);
}

function enter(
  session: CentrifugoSession,
  command: ConnectCommand,
  credentials: Credentials | Denied,
): Answer<Outcome> {
  // Who left while its credentials were checked is told nothing, and leaves nothing behind.
  if (session.closed) return "answered";
  if (credentials instanceof Refusal || credentials instanceof Disconnect) return credentials;
  const { door, app } = session;
  const { clock, client } = door.wire;
  const { meta, data } = credentials;
  session.user = userId(credentials.user);
  session.connInfo = credentials.info;
  if (meta !== undefined && door.proxies.wants.meta) carry(session, { meta });
  const grants = credentials.by === "header" ? noGrants : grantsOf(session, command, credentials);
  if (grants instanceof Disconnect) return grants;
  if (client.channelLimit > 0 && grants.size > client.channelLimit)
    return disconnect("channel-limit", "more server-side subscriptions than client.channel_limit");
  const { userConnections } = app.settings;
  if (userConnections > 0 && session.user !== "" && app.connectionsOf(session.user) >= userConnections)
    return disconnect("connection-limit", "client.user_connection_limit is reached");
  const now = clock.now();
  const expiry = expiryOf(door.settings.insecure ? 0 : credentials.expireAt, now);
  if (expiry instanceof Refusal) return expiry;

  const places: Place[] = [];
  for (const grant of grants.values()) {
    const request = requestOf(session, grant, command);
    if (request instanceof Refusal) return request;
    places.push({ grant, request, joining: undefined });
  }
  session.expiresAt = endOf(expiry, now);
  if (credentials.grants.length > 0 && credentials.by !== "proxy")
    session.tokenChannels = credentials.grants.map((grant) => grant.channel);
  session.admit();
  return after(takePlaces(session, places, 0), (refused) => {
    // Where the application refreshes the connection, its client need not.
    const told = door.proxies.refresh === undefined ? expiry : never;
    if (refused === undefined && !session.closed)
      return welcome(session, command.id, { places, expiry: told, data });
    for (const { joining } of places) joining?.abandon();
    return refused ?? refuse("internal", "the connection ended while it was made");
  });
}

function authenticate(session: CentrifugoSession, command: ConnectCommand): Answer<Credentials | Denied> {
  const { door } = session;
  if (command.token !== "") return byToken(door, command.token);
  const proxy = door.proxies.connect;
  return proxy === undefined ? withoutToken(session) : byProxy(proxy, session, command);
}

function byToken({ settings, connectionTokens }: Door, token: string): Answer<Credentials | Denied> {
  if (connectionTokens === undefined) return disconnect("invalid-token", "no token key is configured");
  const read = readConnectionToken(connectionTokens, token);
  return read instanceof Promise
    ? read.then((later) => credentialsOf(settings, later))
    : credentialsOf(settings, read);
}

function credentialsOf(
  { disallowAnonymousTokens }: CentrifugoApp,
  read: ConnectionToken | TokenFault,
): Credentials | Denied {
  if (read instanceof TokenFault) return outcomeOfFault(read, "connect");
  if (read.user === "" && disallowAnonymousTokens)
    return disconnect("permission-denied", "client.disallow_anonymous_connection_tokens is on");
  return read;
}

async function byProxy(
  proxy: Proxy,
  session: CentrifugoSession,
  command: ConnectCommand,
): Promise<Credentials | Denied> {
  const said = await askConnect(proxy, session, command);
  if (isDenial(said)) return outcomeOf(said);
  return said === undefined ? withoutToken(session) : { ...said, by: "proxy" };
}

function withoutToken({ door, user }: CentrifugoSession): Credentials | Denied {
  if (door.settings.anonymousWithoutToken || door.settings.insecure) return unknown;
  if (user !== nobody) return { ...unknown, user, by: "header" };
  return disconnect("bad-request", "no token, and nobody gets in without one");
}

const unknown: Credentials = { user: "", info: undefined, expireAt: 0, grants: [], meta: undefined };

function requestOf(
  session: CentrifugoSession,
  grant: ServerGrant,
  { subs }: ConnectCommand,
): JoinRequest | Refusal {
  const expiry = expiryOf(grant.expireAt, session.door.wire.clock.now());
  if (expiry instanceof Refusal) return expiry;
  return serverJoinRequest(session, grant, subs.get(grant.channel) ?? grant.since);
}

const noGrants: ReadonlyMap<string, ServerGrant> = new Map();

/** Channels that the client finds itself subscribed to: by its token, as its personal one, and by its own wish where it may. */
function grantsOf(
  session: CentrifugoSession,
  command: ConnectCommand,
  credentials: Credentials,
): ReadonlyMap<string, ServerGrant> | Disconnect {
  const { app, user } = session;
  const { maxChannelLength } = session.door.wire.client;
  const grants = new Map(credentials.grants.map((grant) => [grant.channel, grant]));
  const personal = user === "" ? undefined : app.settings.personalChannel?.(user);
  if (personal !== undefined && !grants.has(personal)) grants.set(personal, plainGrant(personal));
  if (credentials.by === "proxy") return grants;
  for (const channel of command.subs.keys()) {
    if (channel === "" || grants.has(channel) || isTooLong(channel, maxChannelLength)) continue;
    const traits = resolve(app, channel);
    if (!(traits instanceof Refusal)) {
      if (mayHave(session, traits)) grants.set(channel, plainGrant(channel));
    } else if (traits.kind === "unknown-channel") return disconnect("bad-request", traits.reason);
  }
  return grants;
}

/** Without a word of the back end; the subscribe proxy is not asked here. */
function mayHave(session: CentrifugoSession, traits: ChannelTraits): boolean {
  const { subscribe } = session.door.proxies;
  const asked = subscribe.has(traits.namespace.name) && traits.allowedUsers === undefined;
  return !asked && maySubscribe(session, traits, "none") === undefined;
}

interface Place {
  readonly grant: ServerGrant;
  readonly request: JoinRequest;
  joining: Joining | undefined;
}

/** Takes the places one after the other; the first that is refused refuses the whole connection. */
function takePlaces(
  session: CentrifugoSession,
  places: readonly Place[],
  from: number,
): Answer<Refusal | undefined> {
  const { hub } = session.door.wire;
  // A loop where the broker answers at once: there may be thousands, if client.channel_limit is off.
  for (let index = from; ; index += 1) {
    const place = places[index];
    if (place === undefined) return undefined;
    const joined = join(hub, session, place.request);
    if (joined instanceof Promise)
      return joined.then((joining) => take(place, joining) ?? takePlaces(session, places, index + 1));
    const refused = take(place, joined);
    if (refused !== undefined) return refused;
  }
}

function take(place: Place, joining: Joining | Refusal): Refusal | undefined {
  if (joining instanceof Refusal) return joining;
  place.joining = joining;
  return undefined;
}

function welcome(
  session: CentrifugoSession,
  id: number,
  { places, expiry, data }: { places: readonly Place[]; expiry: Expiry; data: Payload | undefined },
): Outcome {
  const { wire } = session.door;
  const { client, versionText: version } = wire;
  const subs = new Map<string, SubscribeResult>();
  for (const { joining, grant } of places)
    if (joining !== undefined)
      subs.set(grant.channel, { outcome: joining.settle(), expiry: never, data: grant.data });
  const pings = session.voice.heartbeat !== undefined;
  const answered = session.answer(id, {
    kind: "connect",
    result: {
      client: session.clientId,
      version,
      expiry,
      data,
      subs,
      ping: pings ? Math.max(1, Math.floor(client.pingInterval / 1000)) : 0,
      pong: pings && session.voice.pongs,
      ...session.ticket,
      time: client.includeServerTime ? wire.clock.now() : 0,
    },
  });
  if (!answered) {
    for (const { joining } of places) joining?.abandon();
    return "answered";
  }
  // In one turn: the reply, with those to the subscribes behind it, then everything that is published from now on.
  session.welcome();
  for (const { joining, grant } of places) {
    if (joining !== undefined) session.followAfterReply(joining);
    if (grant.expireAt !== 0) session.expires(channelName(grant.channel));
  }
  if (session.app.settings.singleConnection === true) endOthers(session);
  return "answered";
}
