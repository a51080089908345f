/** One place of a pattern: a character, any character, any number of them, or one of a class. */
type Piece =
  | { readonly kind: "literal"; readonly character: string }
  | { readonly kind: "any" }
  | { readonly kind: "many" }
  | {
      readonly kind: "class";
      readonly inverted: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** Alternatives multiply; more of them are no pattern that anybody means. */
const mostAlternatives = 100;

/**
 * Patterns of channel names as Centrifugo has them: `*` and `**` any characters, `?` one, `[abc]`, `[a-z]`, `[!a-z]`
 * one of a class, `{news,chat}` alternatives, `\` before a character for itself. Undefined where it is no pattern.
 * A name takes at most its length times the pattern's: no pattern can hold the server up.
 */
export function globMatcher(pattern: string): ((name: string) => boolean) | undefined {
  if (pattern === "" || pattern === "*" || pattern === "**") return () => true;
  const patterns = alternatives(pattern)?.map(pieces);
  if (patterns === undefined) return undefined;
  const whole: (readonly Piece[])[] = [];
  for (const one of patterns) {
    if (one === undefined) return undefined;
    whole.push(one);
  }
  return (name) => whole.some((one) => matches(one, name));
}

/** The patterns without `{}` that one pattern stands for. */
function alternatives(pattern: string): string[] | undefined {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const start = find(next, 0, "{}");
    if (start === undefined) {
      done.push(next);
    } else {
      const branches = next[start] === "{" ? branchesAt(next, start) : undefined;
      if (branches === undefined) return undefined;
      const { options, end } = branches;
      for (const option of options) open.push(next.slice(0, start) + option + next.slice(end));
    }
    if (done.length + open.length > mostAlternatives) return undefined;
  }
  return done;
}

/** The options of the braces that open at `start`, and where they end. */
function branchesAt(pattern: string, start: number): { options: string[]; end: number } | undefined {
  const options: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = find(pattern, from, "{},"); at !== undefined; at = find(pattern, at + 1, "{},")) {
    const character = pattern[at];
    if (character === "{") depth += 1;
    else if (depth === 0) {
      options.push(pattern.slice(from, at));
      from = at + 1;
      if (character === "}") return { options, end: at + 1 };
    } else if (character === "}") depth -= 1;
  }
  return undefined;
}

/** Where one of the characters stands with its meaning: outside of a class, and not behind a `\`. */
function find(pattern: string, from: number, characters: string): number | undefined {
  for (let i = from; i < pattern.length; i += 1) {
    const character = pattern[i] ?? "";
    if (character === "\\") i += 1;
    else if (characters.includes(character)) return i;
    else if (character === "[") {
      const end = pattern.indexOf("]", i + 1);
      if (end > 0) i = end;
    }
  }
  return undefined;
}

function pieces(pattern: string): readonly Piece[] | undefined {
  const found: Piece[] = [];
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i] ?? "";
    if (character === "*") {
      if (found.at(-1)?.kind !== "many") found.push({ kind: "many" });
    } else if (character === "?") found.push({ kind: "any" });
    else if (character === "[") {
      const end = pattern.indexOf("]", i + 1);
      const piece = end < 0 ? undefined : characterClass(pattern.slice(i + 1, end));
      if (piece === undefined) return undefined;
      found.push(piece);
      i = end;
    } else if (character === "\\") {
      i += 1;
      if (i === pattern.length) return undefined;
      found.push({ kind: "literal", character: pattern[i] ?? "" });
    } else found.push({ kind: "literal", character });
  }
  return found;
}

function characterClass(text: string): Piece | undefined {
  const inverted = text.startsWith("!") || text.startsWith("^");
  const listed = inverted ? text.slice(1) : text;
  if (listed === "") return undefined;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < listed.length; i += 1) {
    const first = listed[i] ?? "";
    const last = listed[i + 1] === "-" ? listed[i + 2] : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) i += 2;
  }
  return { kind: "class", inverted, ranges };
}

function fits(piece: Piece, character: string): boolean {
  switch (piece.kind) {
    case "literal":
      return piece.character === character;
    case "any":
    case "many":
      return true;
    case "class":
      return piece.ranges.some(([first, last]) => first <= character && character <= last) !== piece.inverted;
  }
}

/** Goes back to the last `*` only: what an earlier one could take, the last one can take too. */
function matches(pattern: readonly Piece[], name: string): boolean {
  let at = 0;
  let star = -1;
  let starFrom = 0;
  let i = 0;
  while (i < name.length) {
    const piece = pattern[at];
    if (piece?.kind === "many") {
      star = at;
      starFrom = i;
      at += 1;
    } else if (piece !== undefined && fits(piece, name[i] ?? "")) {
      at += 1;
      i += 1;
    } else if (star >= 0) {
      starFrom += 1;
      i = starFrom;
      at = star + 1;
    } else return false;
  }
  while (pattern[at]?.kind === "many") at += 1;
  return at === pattern.length;
}
