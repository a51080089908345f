import { mayPublish } from "./access.ts";
import type { Answer } from "./answer.ts";
import { after, attempt } from "./answer.ts";
import type { App } from "./app.ts";
import type { DataVersion } from "./broker.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { PublishPermit } from "./gatekeeper.ts";
import type { Hub } from "./hub.ts";
import { nobody } from "./ids.ts";
import type { Source } from "./observer.ts";
import type { ClientInfo, Content, Draft, StreamPosition, Tags } from "./publication.ts";
import { Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";

/** How long a cache channel's slot keeps the last publication (B11). */
export const cacheSlotTtl = 30 * 60_000;

/** A publication that the application makes over one of the server APIs. */
export interface ApplicationPublish {
  readonly traits: ChannelTraits;
  readonly content: Content;
  readonly tags: Tags | undefined;
  /** Handle of a connection that is passed over. */
  readonly except: string | undefined;
  /** Deliver only: neither the history nor the cache slot keeps it. */
  readonly skipHistory: boolean;
  readonly idempotencyKey: string | undefined;
  /** @default the data has none */
  readonly version?: DataVersion | undefined;
  /** Clients that asked for it may be told what has changed. @default as the namespace says */
  readonly delta?: boolean;
  readonly source: Source;
}

/** Publishes for the application. Answers the position where the channel keeps history. */
export function publish(hub: Hub, app: App, what: ApplicationPublish): Answer<StreamPosition | undefined> {
  const started = performance.now();
  const turn = hub.turnstile.enter();
  if (turn !== undefined) return turn.then(() => publishNow(hub, app, what, started));
  return publishNow(hub, app, what, started);
}

function publishNow(
  hub: Hub,
  app: App,
  what: ApplicationPublish,
  started: number,
): Answer<StreamPosition | undefined> {
  const { traits, content, tags, except, skipHistory } = what;
  const delta = what.delta === true || traits.namespace.deltaPublish;
  const draft: Draft = { content, by: undefined, tags, except, delta };
  const history = traits.namespace.history;
  const answer = hub.broker.publish(app.key(traits.name), draft, {
    history: history.size > 0 && !skipHistory ? history : undefined,
    cacheTtl: traits.cache && !skipHistory ? cacheSlotTtl : undefined,
    idempotencyKey: what.idempotencyKey,
    version: what.version,
  });
  return after(answer, (position) =>
    after(alsoPersonal(hub, app, what), () => {
      hub.observer.published(what.source, (performance.now() - started) / 1000);
      return position;
    }),
  );
}

/** What is sent to a user's Pusher connections also reaches that user's Centrifugo ones, where they have a personal channel (B8). */
function alsoPersonal(hub: Hub, app: App, what: ApplicationPublish): Answer<void> {
  const { kind, owner } = what.traits;
  const personal = app.settings.personalChannel;
  if (kind !== "user" || personal === undefined || owner === "") return undefined;
  const traits = app.settings.naming.traits(personal(owner));
  if (traits === undefined) return undefined;
  const history = traits.namespace.history;
  const keeping = {
    history: history.size > 0 && !what.skipHistory ? history : undefined,
    cacheTtl: undefined,
    idempotencyKey: what.idempotencyKey,
    version: what.version,
  };
  const delta = what.delta === true || traits.namespace.deltaPublish;
  const draft: Draft = { content: what.content, by: undefined, tags: what.tags, except: undefined, delta };
  return after(hub.broker.publish(app.key(traits.name), draft, keeping), () => undefined);
}

/** A client's publication. `bytes` is the size of what it sent as data. */
export interface ClientPublish {
  readonly traits: ChannelTraits;
  readonly content: Content;
  readonly bytes: number;
}

/** Publishes for a client, where it may; the application has the last word where the namespace says so. */
export function publishAsClient(
  hub: Hub,
  session: Session,
  what: ClientPublish,
): Answer<Refusal | undefined> {
  const started = performance.now();
  const { traits, content } = what;
  const refused = mayPublish(session, traits) ?? withinLimits(hub, session, what) ?? fits(traits, content);
  if (refused !== undefined) return refused;
  const by = authorOf(session, traits);
  if (traits.namespace.publishAsked !== true) return send(hub, session, { traits, by, started, content });
  if (hub.gatekeeper === undefined) return refuse("internal", "nobody asks the application");
  return hub.gatekeeper.publishing(session, { traits, content, by }).then((permit) => {
    if (permit instanceof Refusal) return permit;
    if (session.closed) return refuse("internal", "the client left while the application was asked");
    // The client may have been unsubscribed meanwhile.
    const late = mayPublish(session, traits) ?? fits(traits, permit.content);
    return late ?? send(hub, session, { traits, by, started, ...permit });
  });
}

function fits(traits: ChannelTraits, content: Content): Refusal | undefined {
  if (content.kind !== "bytes" || !traits.bridged || traits.namespace.dataFormat === "binary")
    return undefined;
  return refuse("bad-request", "a publication on a channel that Pusher clients can reach has to be JSON");
}

interface Sending extends Partial<PublishPermit> {
  readonly traits: ChannelTraits;
  readonly content: Content;
  readonly by: ClientInfo;
  /** When the client's publication came, by `performance.now`. */
  readonly started: number;
}

function send(hub: Hub, session: Session, sending: Sending): Answer<Refusal | undefined> {
  const { traits, content, by, started, tags, skipHistory = false, idempotencyKey, version } = sending;
  const delta = sending.delta === true || traits.namespace.deltaPublish;
  // A Pusher client does not hear itself; a Centrifugo client does.
  const except = session.encoder.wire === "pusher" ? session.handle : undefined;
  const draft: Draft = { content, by, tags, except, delta };
  const history = traits.namespace.history;
  const keeping = {
    history: history.size > 0 && !skipHistory ? history : undefined,
    cacheTtl: undefined,
    idempotencyKey,
    version,
  };
  return attempt<Refusal | undefined>(
    () =>
      after(hub.turnstile.enter(), () =>
        after(hub.broker.publish(session.app.key(traits.name), draft, keeping), () => {
          hub.observer.published(session.encoder.wire, (performance.now() - started) / 1000);
          hub.activity?.published(session, traits, draft);
          return undefined;
        }),
      ),
    (cause) => {
      hub.observer.defect("publish", cause);
      return refuse("internal", "the broker did not take the publication");
    },
  );
}

/** Who published, as others see it in the channel; a Pusher client may have signed in since it joined. */
function authorOf(session: Session, { name }: ChannelTraits): ClientInfo {
  const info = session.subscriptions.get(name)?.info;
  return info === undefined || info.user === nobody ? session.info(info?.chanInfo) : info;
}

/** The bounds on client publications hold on every channel that the Pusher wire can reach, for both wires (B5). */
function withinLimits(
  hub: Hub,
  session: Session,
  { traits, bytes }: { traits: ChannelTraits; bytes: number },
): Refusal | undefined {
  if (!traits.bridged) return undefined;
  const { eventBytes, clientEventsPerSecond } = session.app.settings;
  if (eventBytes > 0 && bytes > eventBytes)
    return refuse("bad-request", "apps[].limits.event_bytes is reached");
  if (clientEventsPerSecond === 0) return undefined;
  const second = Math.floor(hub.ports.clock.now() / 1000);
  if (second !== session.allowanceSecond) {
    session.allowanceSecond = second;
    session.allowance = clientEventsPerSecond;
  }
  if (session.allowance === 0)
    return refuse("too-many-requests", "apps[].limits.client_events_per_second is reached");
  session.allowance -= 1;
  return undefined;
}
