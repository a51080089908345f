/** One thing to be told to an endpoint. */
export interface Letter {
  /** Unique among all letters ever, also over restarts with a spool: a receiver can tell a repeat by it. */
  readonly id: string;
  /** Its place among the letters of this process: the smaller, the older. */
  readonly order: number;
  /** Which endpoint it is for, by a name that stays the same over restarts. */
  readonly endpoint: string;
  /** Letters of one lane arrive in the order in which they were posted. */
  readonly lane: string;
  /** When it was posted, Unix milliseconds. */
  readonly at: number;
  /** What is told, as the endpoint's dialect says it. */
  readonly text: string;
}

/** What a letter takes of memory, about: its text and what stands around it. */
export function sizeOf({ text, lane }: Letter): number {
  return text.length + lane.length + overhead;
}

const overhead = 200;
