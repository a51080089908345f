/** Flags that Go writes at the beginning of a pattern, where JavaScript has them behind it. */
const leadingFlags = /^\(\?([ims]+)\)/;

/**
 * A pattern as Centrifugo takes them (Go's syntax), in JavaScript's. What differs and is in use: names of groups
 * (`(?P<name>…)`), flags at the beginning (`(?i)`), and the two edges of the text. Throws a SyntaxError for what is none.
 */
export function goRegex(pattern: string): RegExp {
  const flags = leadingFlags.exec(pattern)?.[1] ?? "";
  const source = pattern
    .replace(leadingFlags, "")
    .replaceAll(/\\[\s\S]|\(\?P</g, (sign) => edges[sign] ?? (sign === "(?P<" ? "(?<" : sign));
  return new RegExp(source, [...new Set(flags)].join(""));
}

const edges: Readonly<Record<string, string>> = { "\\A": "(?<![\\s\\S])", "\\z": "(?![\\s\\S])" };
