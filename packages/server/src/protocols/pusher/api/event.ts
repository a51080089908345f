import type { ChannelTraits } from "../../../core/channel-name.ts";
import { Refusal } from "../../../core/refusal.ts";
import { isReserved } from "../crossing.ts";
import type { JsonObject } from "../parse.ts";
import { reach } from "../reach.ts";
import { eventNameLength } from "../settings.ts";
import { isSocketId } from "../socket-id.ts";
import type { Tenant } from "../tenant.ts";
import { ApiFault } from "./answer.ts";
import { type Attribute, readInfo } from "./attributes.ts";

/** An event that a back end sends, checked. */
export interface ApiEvent {
  readonly name: string;
  readonly data: string;
  readonly channels: readonly ChannelTraits[];
  /** The connection that does not get it. */
  readonly socketId: string | undefined;
  /** Counts of its channels that the answer is to hold. */
  readonly info: ReadonlySet<Attribute>;
}

const noInfo: ReadonlySet<Attribute> = new Set();

/** Reads an event: `{"name", "data", "channels" | "channel", "socket_id"?, "info"?}` (protocol notes, 3.1). */
export function readEvent(tenant: Tenant, given: JsonObject): ApiEvent | ApiFault {
  const { name, data, socket_id: socketId = null, info } = given;
  const fault = nameFault(name) ?? dataFault(tenant, data);
  if (fault !== undefined) return fault;
  if (typeof name !== "string" || typeof data !== "string") return bad("an event has a name and data");
  if (socketId !== null && (typeof socketId !== "string" || !isSocketId(socketId)))
    return bad("socket_id is the id of a Pusher connection: digits, a dot, digits");
  const channels = readChannels(tenant, given);
  if (channels instanceof ApiFault) return channels;
  const wanted =
    info === undefined ? noInfo : readInfo(info, ["occupied", "user_count", "subscription_count"]);
  if (wanted instanceof ApiFault) return wanted;
  return { name, data, channels, socketId: socketId ?? undefined, info: wanted };
}

function nameFault(name: unknown): ApiFault | undefined {
  if (typeof name !== "string" || name === "") return bad("name, the event's, is a string that is not empty");
  if (name.length > eventNameLength)
    return bad(`name is longer than ${eventNameLength} characters, the most that there is`);
  if (isReserved(name)) return bad("names that begin with pusher: or pusher_internal: are the server's own");
  return undefined;
}

function dataFault(tenant: Tenant, data: unknown): ApiFault | undefined {
  if (typeof data !== "string") return bad("data is a string: encode other values as JSON");
  const { eventBytes } = tenant.app.settings;
  // Text has at most three bytes a character: only what may be too long is measured.
  if (eventBytes === 0 || data.length * 3 <= eventBytes || Buffer.byteLength(data) <= eventBytes)
    return undefined;
  return new ApiFault("too-big", `data has more than ${eventBytes} bytes (apps[].limits.event_bytes)`);
}

function readChannels(tenant: Tenant, { channel, channels = null }: JsonObject): ChannelTraits[] | ApiFault {
  const names: unknown = channels ?? [channel];
  if (!Array.isArray(names) || names.length === 0)
    return bad("channels is a list of names, or channel is one");
  const { channelsPerEvent } = tenant.settings;
  if (channelsPerEvent > 0 && names.length > channelsPerEvent)
    return bad(`one event goes to at most ${channelsPerEvent} channels (apps[].limits.channels_per_event)`);
  const found = new Map<string, ChannelTraits>();
  for (const name of names as readonly unknown[]) {
    if (typeof name !== "string") return bad("a channel's name is a string");
    const traits = reach(tenant.app, name);
    if (traits instanceof Refusal) return bad(traits.reason);
    found.set(name, traits);
  }
  return [...found.values()];
}

function bad(message: string): ApiFault {
  return new ApiFault("bad-request", message);
}
