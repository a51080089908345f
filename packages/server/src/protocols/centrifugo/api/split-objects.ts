const openBrace = 123;
const closeBrace = 125;
const quote = 34;
const backslash = 92;

/** The index behind the string that begins at `from`. */
function behindString(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === quote) return i + 1;
    i += c === backslash ? 2 : 1;
  }
  return text.length;
}

/**
 * The texts of JSON objects that stand behind each other, with or without space between; undefined where anything else
 * stands there, or one has no end. Looks at braces and strings alone: whether each is JSON is left to its parser.
 */
export function splitObjects(text: string): readonly string[] | undefined {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  let i = 0;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === quote && depth > 0) {
      i = behindString(text, i);
      continue;
    }
    if (c === openBrace) {
      if (depth === 0) start = i;
      depth += 1;
    } else if (c === closeBrace) {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth === 0) found.push(text.slice(start, i + 1));
    } else if (depth === 0 && c !== 32 && c !== 10 && c !== 13 && c !== 9) return undefined;
    i += 1;
  }
  return depth === 0 ? found : undefined;
}
