import { maySubscribe, resolve } from "../../../core/access.ts";
import { after, type Answer } from "../../../core/answer.ts";
import type { ServerGrant } from "../../../core/broker.ts";
import { nobody, userId } from "../../../core/ids.ts";
import type { Joining } from "../../../core/joining.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { serverJoinRequest } from "../../../core/server-subscribe.ts";
import { join, type JoinRequest } from "../../../core/subscribe.ts";
import { endOf, expiryOf } from "../expiry.ts";
import { never, type ConnectCommand, type Expiry, type SubscribeResult } from "../messages.ts";
import { Disconnect, disconnect, type Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";
import type { CentrifugoApp } from "../settings.ts";
import { plainGrant, readConnectionToken, type ConnectionToken } from "../tokens/connection-token.ts";
import { TokenFault } from "../tokens/jwt.ts";
import { isTooLong } from "./name-length.ts";
import { endOthers } from "./single-connection.ts";
import { outcomeOf } from "./token-outcome.ts";

/** The order of the decisions is Centrifugo's (protocol notes, 2.1). */
export function connect(session: CentrifugoSession, command: ConnectCommand): Answer<Outcome> {
  const entrant = authenticate(session, command.token);
  // A reconnect storm comes by here: where the answer is there, nothing is made to wait for it.
  return entrant instanceof Promise
    ? entrant.then((later) => letIn(session, command, later))
    : letIn(session, command, entrant);
}

function letIn(
  session: CentrifugoSession,
  command: ConnectCommand,
  entrant: Entrant | Refusal | Disconnect,
): Answer<Outcome> {
  // Who left while its token was checked is told nothing, and leaves nothing behind.
  if (session.closed) return "answered";
  if (entrant instanceof Refusal || entrant instanceof Disconnect) return entrant;
  return enter(session, command, entrant);
}

/** Somebody who may come in, and what vouches for it. */
interface Entrant {
  readonly credentials: ConnectionToken;
  /** `header`: the handshake (`client.user_id_http_header`); such a client has no server-side subscriptions. */
  readonly by: "token" | "nobody" | "header";
}

/** Lets in somebody whose token is good, or who needs none. */
function enter(session: CentrifugoSession, command: ConnectCommand, entrant: Entrant): Answer<Outcome> {
  const { credentials } = entrant;
  const { door, app } = session;
  const { clock, client } = door.wire;
  const now = clock.now();
  session.user = userId(credentials.user);
  session.connInfo = credentials.info;
  const grants = entrant.by === "header" ? noGrants : grantsOf(session, command, credentials);
  if (grants instanceof Disconnect) return grants;
  if (client.channelLimit > 0 && grants.size > client.channelLimit)
    return disconnect("channel-limit", "more server-side subscriptions than client.channel_limit");
  const { userConnections } = app.settings;
  if (userConnections > 0 && session.user !== "" && app.connectionsOf(session.user) >= userConnections)
    return disconnect("connection-limit", "client.user_connection_limit is reached");
  const expiry = expiryOf(door.settings.insecure ? 0 : credentials.expireAt, now);
  if (expiry instanceof Refusal) return expiry;

  session.name();
  const places: Place[] = [];
  for (const grant of grants.values()) {
    const request = serverJoinRequest(session, grant, command.subs.get(grant.channel));
    if (request instanceof Refusal) return request;
    places.push({ grant, request, joining: undefined });
  }
  session.expiresAt = endOf(expiry, now);
  if (credentials.grants.length > 0) session.tokenChannels = credentials.grants.map((grant) => grant.channel);
  session.admit();
  return after(takePlaces(session, places, 0), (refused) => {
    if (refused === undefined && !session.closed) return welcome(session, command.id, { places, expiry });
    for (const { joining } of places) joining?.abandon();
    return refused ?? refuse("internal", "the connection ended while it was made");
  });
}

function authenticate(session: CentrifugoSession, token: string): Answer<Entrant | Refusal | Disconnect> {
  const { settings, connectionTokens } = session.door;
  if (token !== "") {
    if (connectionTokens === undefined) return disconnect("invalid-token", "no token key is configured");
    const read = readConnectionToken(connectionTokens, token);
    return read instanceof Promise
      ? read.then((later) => entrantOf(settings, later))
      : entrantOf(settings, read);
  }
  if (settings.anonymousWithoutToken || settings.insecure) return nobodyInParticular;
  if (session.user !== nobody) return { credentials: { ...unknown, user: session.user }, by: "header" };
  return disconnect("bad-request", "no token, and nobody gets in without one");
}

function entrantOf(
  { disallowAnonymousTokens }: CentrifugoApp,
  read: ConnectionToken | TokenFault,
): Entrant | Refusal | Disconnect {
  if (read instanceof TokenFault) return outcomeOf(read, "connect");
  if (read.user === "" && disallowAnonymousTokens)
    return disconnect("permission-denied", "client.disallow_anonymous_connection_tokens is on");
  return { credentials: read, by: "token" };
}

const unknown: ConnectionToken = { user: "", info: undefined, meta: undefined, expireAt: 0, grants: [] };
const nobodyInParticular: Entrant = { credentials: unknown, by: "nobody" };
const noGrants: ReadonlyMap<string, ServerGrant> = new Map();

/** Channels that the client finds itself subscribed to: by its token, as its personal one, and by its own wish where it may. */
function grantsOf(
  session: CentrifugoSession,
  command: ConnectCommand,
  token: ConnectionToken,
): ReadonlyMap<string, ServerGrant> | Disconnect {
  const { app, user } = session;
  const { maxChannelLength } = session.door.wire.client;
  const grants = new Map(token.grants.map((grant) => [grant.channel, grant]));
  const personal = user === "" ? undefined : app.settings.personalChannel?.(user);
  if (personal !== undefined && !grants.has(personal)) grants.set(personal, plainGrant(personal));
  for (const channel of command.subs.keys()) {
    if (channel === "" || grants.has(channel) || isTooLong(channel, maxChannelLength)) continue;
    const traits = resolve(app, channel);
    if (!(traits instanceof Refusal)) {
      if (maySubscribe(session, traits, "none") === undefined) grants.set(channel, plainGrant(channel));
    } else if (traits.kind === "unknown-channel") return disconnect("bad-request", traits.reason);
  }
  return grants;
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
  { places, expiry }: { places: readonly Place[]; expiry: Expiry },
): Outcome {
  const { wire, heartbeat } = session.door;
  const { client, versionText: version } = wire;
  const subs = new Map<string, SubscribeResult>();
  for (const { joining, grant } of places)
    if (joining !== undefined)
      subs.set(grant.channel, { outcome: joining.settle(), expiry: never, data: grant.data });
  const pings = heartbeat !== undefined;
  const answered = session.answer(id, {
    kind: "connect",
    result: {
      client: session.clientId,
      version,
      expiry,
      subs,
      ping: pings ? Math.max(1, Math.floor(client.pingInterval / 1000)) : 0,
      pong: pings && client.pongTimeout > 0,
      time: client.includeServerTime ? wire.clock.now() : 0,
    },
  });
  if (!answered) {
    for (const { joining } of places) joining?.abandon();
    return "answered";
  }
  // In one turn: the reply, with those to the subscribes behind it, then everything that is published from now on.
  session.welcome();
  for (const { joining } of places) if (joining !== undefined) session.followAfterReply(joining);
  if (session.app.settings.singleConnection === true) endOthers(session);
  return "answered";
}
