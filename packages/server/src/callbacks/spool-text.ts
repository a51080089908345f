import type { Letter } from "./letter.ts";

/** The first line of every spool: a file without it is somebody else's, and is left alone. */
export const spoolHeader = '{"twinwire":"webhooks.spool","version":1}\n';

/** What a line says: a letter, or ids of letters that need not be kept any more. */
type Entry =
  | { readonly kind: "added"; readonly letter: Letter }
  | { readonly kind: "settled"; readonly ids: readonly string[] };

export function addedLine({ id, endpoint, lane, at, text }: Letter): string {
  return `${JSON.stringify(["+", id, endpoint, lane, at, text])}\n`;
}

export function settledLine(letters: readonly Letter[]): string {
  return `${JSON.stringify(["-", ...letters.map(({ id }) => id)])}\n`;
}

export interface SpoolContent {
  /** Letters that were added and not settled, the oldest first. */
  readonly letters: readonly Letter[];
  /** Lines that say nothing: the last one of a process that was killed, or a damaged disk's. */
  readonly damaged: number;
}

/** Reads a whole spool; undefined where it is no spool. */
export function parseSpool(text: string): SpoolContent | undefined {
  if (text !== "" && !text.startsWith(spoolHeader)) return undefined;
  const letters = new Map<string, Letter>();
  let damaged = 0;
  for (const line of text.slice(spoolHeader.length).split("\n")) {
    if (line === "") continue;
    const entry = parseLine(line, letters.size);
    if (entry === undefined) damaged += 1;
    else if (entry.kind === "added") letters.set(entry.letter.id, entry.letter);
    else for (const id of entry.ids) letters.delete(id);
  }
  return { letters: [...letters.values()], damaged };
}

function parseLine(line: string, order: number): Entry | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const [kind, ...rest] = parsed as readonly unknown[];
  if (kind === "-") return { kind: "settled", ids: rest.filter((id) => typeof id === "string") };
  const [id, endpoint, lane, at, text] = rest;
  if (
    kind !== "+" ||
    typeof id !== "string" ||
    typeof endpoint !== "string" ||
    typeof lane !== "string" ||
    typeof at !== "number" ||
    typeof text !== "string"
  )
    return undefined;
  return { kind: "added", letter: { id, order, endpoint, lane, at, text } };
}
