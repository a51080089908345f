import type { Audience } from "./audience.ts";
import type { Channel } from "./channel.ts";
import type { DeltaFollowers } from "./delta-followers.ts";
import type { Encoder } from "./encoder.ts";
import { Unsayable } from "./encoder.ts";
import type { FilteredFollowers } from "./filtered-followers.ts";
import type { Hub } from "./hub.ts";
import type { Topic } from "./ids.ts";
import type { Frame, Outlet } from "./outlet.ts";
import type { Publication } from "./publication.ts";

/** Tells all subscribers of a channel here: by one native topic for each encoding and way of being told that has a follower. */
export function fanOut(hub: Hub, channel: Channel, publication: Publication): void {
  const sender = publication.except === undefined ? undefined : channel.app.byHandle(publication.except);
  channel.filters?.judge(publication.tags);
  for (let audience = channel.firstAudience; audience !== undefined; audience = audience.next) {
    const { encoder } = audience;
    let frame: Frame | Unsayable | undefined = undefined;
    if (audience.followers > 0) {
      frame = encoder.publication(channel.traits.name, publication);
      if (frame instanceof Unsayable) unsayable(hub, channel, { encoder, way: undefined, verdict: frame });
      else {
        const except = sender?.encoder === encoder ? sender.outlet : undefined;
        send(hub, encoder, { topic: audience.topic, frame, followers: audience.followers, except });
      }
    }
    if (audience.deltas !== undefined)
      frame = tellDeltas(hub, channel, { encoder, deltas: audience.deltas, publication, frame });
    if (channel.filters !== undefined) tellFiltered(hub, channel, { audience, publication, frame });
  }
}

interface Sending {
  readonly topic: Topic;
  readonly frame: Frame;
  readonly followers: number;
  readonly except?: Outlet | undefined;
}

function send(hub: Hub, { wire }: Encoder, { topic, frame, followers, except }: Sending): void {
  if (except === undefined) hub.ports.fanout.publish(topic, frame);
  else hub.ports.fanout.publish(topic, frame, except);
  hub.observer.sent(wire, followers);
  hub.turnstile.spend(followers, frame.length);
}

/** `frame`: the publication as everybody else is told it, as far as that has been encoded. */
interface Telling {
  readonly publication: Publication;
  readonly frame: Frame | Unsayable | undefined;
}

/** Answers with the frame for everybody else, where it was needed. */
function tellDeltas(
  hub: Hub,
  channel: Channel,
  {
    encoder,
    deltas,
    publication,
    frame,
  }: Telling & { readonly encoder: Encoder; readonly deltas: DeltaFollowers },
): Frame | Unsayable | undefined {
  const { name } = channel.traits;
  const told = deltas.encoder;
  const { base, topic, followers } = deltas;
  const body = told.body(publication.content);
  deltas.base = body instanceof Unsayable ? undefined : { body, position: publication.position };
  if (body instanceof Unsayable) {
    unsayable(hub, channel, { encoder, way: deltas, verdict: body });
    return frame;
  }
  const changed =
    followers === 0 || base === undefined || publication.delta !== true
      ? undefined
      : told.changed(name, publication, { base: base.body, body });
  if (changed !== undefined) send(hub, encoder, { topic, frame: changed, followers });
  if (changed !== undefined && deltas.fresh.size === 0) return frame;
  let plain = frame;
  const full = told.full?.(name, publication, body) ?? (plain ??= encoder.publication(name, publication));
  if (full instanceof Unsayable) return plain;
  if (changed === undefined && followers > 0) send(hub, encoder, { topic, frame: full, followers });
  const { fresh } = deltas;
  if (fresh.size === 0) return plain;
  for (const { session } of fresh) session.outlet.push(full);
  hub.observer.sent(encoder.wire, fresh.size);
  hub.turnstile.spend(fresh.size, full.length);
  deltas.settle();
  return plain;
}

function tellFiltered(
  hub: Hub,
  channel: Channel,
  { audience, publication, frame }: Telling & { readonly audience: Audience },
): void {
  const { encoder } = audience;
  let told = frame;
  for (const shared of channel.filters?.all() ?? []) {
    const way = shared.admitting ? shared.known(audience) : undefined;
    if (way === undefined || way.followers === 0) continue;
    told ??= encoder.publication(channel.traits.name, publication);
    if (told instanceof Unsayable) unsayable(hub, channel, { encoder, way, verdict: told });
    else send(hub, encoder, { topic: way.topic, frame: told, followers: way.followers });
  }
}

interface Untold {
  readonly encoder: Encoder;
  /** Whose way of being told it is; undefined = everybody else's. */
  readonly way: DeltaFollowers | FilteredFollowers | undefined;
  readonly verdict: Unsayable;
}

function unsayable(hub: Hub, channel: Channel, { encoder, way, verdict: { closure } }: Untold): void {
  const listeners = channel
    .subscriptions()
    .filter((one) => one.way === way && one.session.encoder === encoder)
    .map(({ session }) => session);
  hub.observer.dropped("bytes-on-text-wire", listeners.length);
  if (closure !== undefined) void hub.leaver.close(listeners, closure);
}
