import type { Speaker } from "../actions.ts";
import { badge, type BadgeName } from "./pictures.ts";

interface Person {
  readonly id: number;
  readonly nick: string;
  /** 0 to 15, as the events have it; the page has a readable colour for each. */
  readonly nickColor: number;
  readonly rank?: "owner" | "moderator";
  readonly badges: readonly BadgeName[];
}

/** Nobody real. */
export const people: Readonly<Record<Speaker, Person>> = {
  ada: { id: 101, nick: "Ada", nickColor: 10, rank: "owner", badges: ["baker"] },
  oleg: { id: 102, nick: "Oleg", nickColor: 6, rank: "moderator", badges: ["subscriber"] },
  mira: { id: 103, nick: "Mira", nickColor: 13, badges: ["subscriber", "earlyBird"] },
  chen: { id: 104, nick: "Chen", nickColor: 1, badges: [] },
  noor: { id: 105, nick: "Noor", nickColor: 3, badges: ["earlyBird"] },
};

/** A person as an event names one. */
export function reference(speaker: Speaker): { id: number; nick: string; nick_color: number } {
  const { id, nick, nickColor } = people[speaker];
  return { id, nick, nick_color: nickColor };
}

/** A person as the author of a message. */
export function author(speaker: Speaker) {
  const { rank, badges } = people[speaker];
  return {
    ...reference(speaker),
    is_owner: rank === "owner",
    is_moderator: rank === "moderator",
    badges: badges.map(badge),
    roles: rank === undefined ? [] : [{ id: rank, name: rank === "owner" ? "Owner" : "Moderator" }],
  };
}

export function personByNick(nick: string): { id: number; nick: string; nick_color: number } | undefined {
  for (const [speaker, person] of Object.entries(people))
    if (person.nick.toLowerCase() === nick.toLowerCase()) return reference(speaker as Speaker);
  return undefined;
}
