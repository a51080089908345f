import type { Member } from "../../core/broker.ts";
import type { ChannelTraits } from "../../core/channel-name.ts";
import { Unsayable } from "../../core/encoder.ts";
import type { Joining, JoinOutcome } from "../../core/joining.ts";
import type { Frame } from "../../core/outlet.ts";
import type { Publication } from "../../core/publication.ts";
import {
  cacheMissFrame,
  gapFrame,
  type GapReason,
  presenceSucceededFrame,
  succeededFrame,
  withPosition,
} from "./frames.ts";
import type { AskedPosition } from "./messages.ts";
import type { Found } from "./recovery/lost-places.ts";
import type { PusherSession } from "./session.ts";

/** What is known of a client that joins. */
export interface Coming {
  readonly found: Found;
  readonly asked: AskedPosition | undefined;
}

/** Reply, what was missed or the cached event, topic: in one turn, so that nothing is lost or comes twice. */
export function welcome(session: PusherSession, joining: Joining, coming: Coming): void {
  const outcome = joining.settle();
  const { subscription } = joining;
  const { channel } = subscription;
  const { traits } = channel;
  const { around } = session.tenant;
  // A cache channel without history "recovers" from its slot, which has no position.
  const missed = outcome.recovered && outcome.position !== undefined ? outcome.publications : undefined;
  const reply = succeeded(traits, outcome.members);
  const frames =
    missed === undefined ? undefined : replayed(session, traits, { coming, publications: missed });
  // Who is sent more than fits is closed as slow, comes back, and is sent it again: for ever.
  const recovered = frames !== undefined && bytesOf(reply) + bytesOf(...frames) <= session.outlet.room;
  const position = recovered ? outcome.position : channel.position;
  const told = coming.asked !== undefined && outcome.positioned ? position : undefined;
  session.outlet.push(told === undefined ? reply : withPosition(reply, told, recovered));
  const gap = recovered ? undefined : frames === undefined ? gapOf(outcome, coming.found) : "limit";
  if (gap !== undefined) session.outlet.push(gapFrame(traits.name, gap, told));
  if (recovered) for (const frame of frames) session.outlet.push(frame);
  // Who recovers has had it already, or has just got it in its place.
  else if (traits.cache) pushCached(session, traits, outcome.cached);
  joining.follow();
  if (coming.asked === undefined && traits.namespace.pusherRecovery > 0)
    around.recovery.joined(session, subscription, { found: coming.found, position });
  around.counts.joined(channel, session);
  if (traits.kind !== "open") session.proven();
}

export function succeeded({ name, presence }: ChannelTraits, members: readonly Member[]): string {
  return presence ? presenceSucceededFrame(name, members) : succeededFrame(name);
}

function gapOf({ wasRecovering, lost }: JoinOutcome, found: Found): GapReason | undefined {
  if (wasRecovering) return lost ?? "history";
  return found.kind === "uncertain" ? "uncertain" : undefined;
}

/**
 * What was kept from a connection is kept from the one that comes in its place: its own client events, and what the
 * application published with its socket id. It had done its part already.
 */
function replayed(
  session: PusherSession,
  { name }: ChannelTraits,
  { coming, publications }: { readonly coming: Coming; readonly publications: readonly Publication[] },
): Frame[] {
  const { found, asked } = coming;
  const passedOver = new Set([session.handle, ...(asked?.sockets ?? [])]);
  if (found.kind === "line") passedOver.add(found.handle);
  const frames: Frame[] = [];
  for (const publication of publications) {
    if (publication.except !== undefined && passedOver.has(publication.except)) continue;
    const frame = session.encoder.publication(name, publication);
    if (!(frame instanceof Unsayable)) frames.push(frame);
  }
  return frames;
}

function bytesOf(...frames: readonly Frame[]): number {
  let bytes = 0;
  for (const frame of frames) bytes += Buffer.byteLength(frame);
  return bytes;
}

/** The slot's event has no place in the stream as the client knows it. */
function pushCached(session: PusherSession, { name }: ChannelTraits, cached: Publication | undefined): void {
  const frame =
    cached === undefined ? undefined : session.encoder.publication(name, { ...cached, position: undefined });
  session.outlet.push(frame === undefined || frame instanceof Unsayable ? cacheMissFrame(name) : frame);
}
