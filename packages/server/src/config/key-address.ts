/**
 * Addresses of keys that a token completes (`{{name}}` in `jwks_public_endpoint`). The token is anybody's: only a group
 * that lists its values may go into one, or whoever writes a token has his own keys fetched.
 */

const placeholder = /\{\{([^{}]*)\}\}/g;

export function placeholdersOf(endpoint: string): readonly string[] {
  return [...endpoint.matchAll(placeholder)].map(([, name]) => name ?? "");
}

/** Whether it is an http(s) address, its placeholders filled. */
export function isKeyAddress(endpoint: string): boolean {
  const filled = endpoint.replaceAll(placeholder, "x");
  const url = URL.parse(filled);
  if (url === null || filled.includes("{{") || filled.includes("}}")) return false;
  if (url.username !== "" || url.password !== "") return false;
  return url.protocol === "http:" || url.protocol === "https:";
}

const classes = /\\[dDwWsSpPbB]/;

/** What forbids a pattern whose groups go into an address, as the end of a sentence; undefined for nothing. */
export function unsafePattern(pattern: string, names: ReadonlySet<string>): string | undefined {
  const plain = pattern.replaceAll(/\\[^dDwWsSpPbB]/g, "_");
  if (plain.includes("[") || classes.test(plain))
    return "has a class of characters, where a group of it goes into jwks_public_endpoint: list the values";
  // One token with a long iss would keep everybody waiting.
  if (/\)[*+?{]/.test(plain))
    return "repeats a group, where a group of it goes into jwks_public_endpoint: list the values";
  for (const [name, content] of namedGroups(plain))
    if (names.has(name) && !isList(content))
      return `has a group ${JSON.stringify(name)} that goes into jwks_public_endpoint and takes more than listed values: write (?P<${name}>one|two)`;
  return undefined;
}

/** Nothing but characters, alternatives, and groups of these. */
function isList(content: string): boolean {
  return !/[.*+{}^$]/.test(content) && !/(?<!\()\?/.test(content);
}

function* namedGroups(plain: string): Generator<[string, string]> {
  for (const match of plain.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)) {
    const start = match.index + match[0].length;
    let depth = 1;
    let end = start;
    for (; end < plain.length && depth > 0; end += 1) {
      if (plain[end] === "(") depth += 1;
      else if (plain[end] === ")") depth -= 1;
    }
    yield [match[1] ?? "", plain.slice(start, end - 1)];
  }
}
