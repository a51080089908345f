import type { Problem } from "../shell/problem.ts";

export type Wire = "pusher" | "centrifugo";
export const wires = ["pusher", "centrifugo"] as const satisfies readonly Wire[];
export const wireName = { pusher: "Pusher", centrifugo: "Centrifugo" } as const satisfies Record<
  Wire,
  string
>;

/** Of a connection. `retrying`: it was up, or could not be made, and the client tries again by itself. */
export type LinkState = "connecting" | "connected" | "retrying" | "off";

export interface Member {
  readonly user: string;
  readonly name: string;
  /** The wire that the member came over, where it says so. */
  readonly wire: Wire | undefined;
}

export type Speaker =
  | { readonly kind: "self" }
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "application" };

export interface Message {
  readonly by: Speaker;
  /** Name of the event; empty where the publication has none. */
  readonly event: string;
  readonly text: string;
}

/** What a client of either wire tells the page. */
export interface WireEvents {
  link(state: LinkState): void;
  /** The channel that is joined now; undefined while there is none. */
  joined(channel: string | undefined): void;
  /** Replaces the list; undefined where the wire keeps none for this channel. */
  members(members: readonly Member[] | undefined): void;
  heard(message: Message): void;
  /** Undefined takes the last one away. */
  problem(problem: Problem | undefined): void;
}

export interface WireClient {
  /** Leaves the channel before, if any. */
  join(channel: string): void;
  /** Resolves with why not, where it was not sent. */
  send(text: string): Promise<Problem | undefined>;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Reads what a member says of itself; this page's own clients give a name and their wire. */
export function memberOf(user: string, info: unknown): Member {
  const name = field(info, "name");
  const wire = field(info, "wire");
  return {
    user,
    name: typeof name === "string" && name !== "" ? name : user === "" ? "Without a user" : user,
    wire: wires.find((one) => one === wire),
  };
}

/** `{"text": …}` as this page sends it, or whatever else it is. */
export function textOf(data: unknown): string {
  const text = field(data, "text");
  if (typeof text === "string") return text;
  if (data === undefined) return "";
  return typeof data === "string" ? data : JSON.stringify(data);
}

/** Splits a publication into event and data where it has that form, as the server does for Pusher clients. */
export function eventOf(publication: unknown): { readonly event: string; readonly data: unknown } {
  const type = field(publication, "type");
  const isEvent =
    typeof publication === "object" &&
    publication !== null &&
    typeof type === "string" &&
    Object.keys(publication).length === 2 &&
    "data" in publication;
  return isEvent ? { event: type, data: publication.data } : { event: "", data: publication };
}
