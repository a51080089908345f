/**
 * Raw slices of JSON text (B10). What crosses from one wire to the other is copied as text, never parsed and printed:
 * `12345678901234567890` and `1.0` survive. The functions take text that `JSON.parse` has accepted; they look for
 * boundaries and check nothing.
 */

const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const comma = 44;

function skipSpace(text: string, from: number): number {
  let i = from;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return i;
    i += 1;
  }
}

/** The index behind the string that begins at `from`. */
function skipString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  for (;;) {
    if (end < 0) return text.length;
    let back = end - 1;
    while (text.charCodeAt(back) === backslash) back -= 1;
    if ((end - 1 - back) % 2 === 0) return end + 1;
    end = text.indexOf('"', end + 1);
  }
}

/** The index behind the value that begins at `from`. */
function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === quote) return skipString(text, from);
  let i = from;
  if (first === openBrace || first === openBracket) {
    let depth = 0;
    for (; i < text.length;) {
      const c = text.charCodeAt(i);
      if (c === quote) {
        i = skipString(text, i);
        continue;
      }
      if (c === openBrace || c === openBracket) depth += 1;
      else if (c === closeBrace || c === closeBracket) {
        depth -= 1;
        if (depth === 0) return i + 1;
      }
      i += 1;
    }
    return i;
  }
  for (; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === comma || c === closeBrace || c === closeBracket || c <= 32) break;
  }
  return i;
}

/** Calls `each` with every member of the object that `text` is, in order: its key, decoded, and its value's text. */
export function eachMember(text: string, each: (key: string, value: string) => void): void {
  let i = skipSpace(text, 0);
  if (text.charCodeAt(i) !== openBrace) return;
  i = skipSpace(text, i + 1);
  while (i < text.length && text.charCodeAt(i) === quote) {
    const keyEnd = skipString(text, i);
    const raw = text.slice(i, keyEnd);
    const key = raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
    i = skipSpace(text, keyEnd);
    i = skipSpace(text, i + 1); // the colon
    const end = skipValue(text, i);
    each(key, text.slice(i, end));
    i = skipSpace(text, end);
    if (text.charCodeAt(i) !== comma) return;
    i = skipSpace(text, i + 1);
  }
}

/** The text of one member's value; of the last, where a key stands twice, as `JSON.parse` has it. */
export function member(text: string, key: string): string | undefined {
  let found: string | undefined;
  eachMember(text, (name, value) => {
    if (name === key) found = value;
  });
  return found;
}

/** The text of a value inside objects inside the text: `memberAt(frame, "publish", "data")`. */
export function memberAt(text: string, ...path: readonly string[]): string | undefined {
  let inner: string | undefined = text;
  for (const key of path) inner = inner === undefined ? undefined : member(inner, key);
  return inner;
}

/** The texts of an array's elements, in order. */
export function elements(text: string): string[] {
  const found: string[] = [];
  let i = skipSpace(text, 0);
  if (text.charCodeAt(i) !== openBracket) return found;
  i = skipSpace(text, i + 1);
  while (i < text.length && text.charCodeAt(i) !== closeBracket) {
    const end = skipValue(text, i);
    found.push(text.slice(i, end));
    i = skipSpace(text, end);
    if (text.charCodeAt(i) !== comma) break;
    i = skipSpace(text, i + 1);
  }
  return found;
}

/** Without raw line feeds, which would split a frame of several messages. Inside strings they cannot stand. */
export function oneLine(text: string): string {
  return text.includes("\n") ? text.replaceAll("\n", "") : text;
}

/** Whether the text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
