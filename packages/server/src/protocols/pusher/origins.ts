/** Characters of a pattern that mean something else in a regular expression. */
const special = /[.*+?^${}()|[\]\\]/g;

function patternOf(allowed: string): RegExp {
  const text = allowed.replace(special, (one) => (one === "*" ? "[^/]*" : `\\${one}`));
  // Without a scheme it is a host, as in `allowed_origins` of servers that compare hosts alone.
  const scheme = allowed.includes("://") ? "" : "[a-z][a-z0-9+.-]*://";
  const port = allowed.includes("://") || allowed.includes(":") ? "" : "(?::\\d+)?";
  return new RegExp(`^${scheme}${text}${port}$`, "i");
}

/** Whether pages of an origin may connect; undefined = of any. Who is no browser sends none, and is not asked for one. */
export function originChecker(allowed: readonly string[]): ((origin: string | null) => boolean) | undefined {
  if (allowed.length === 0 || allowed.includes("*")) return undefined;
  const patterns = allowed.map(patternOf);
  return (origin) => origin === null || patterns.some((pattern) => pattern.test(origin));
}
