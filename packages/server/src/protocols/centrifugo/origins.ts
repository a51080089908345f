export type OriginRule = (origin: string) => boolean;

/**
 * Which browsers may connect (`client.allowed_origins`). Patterns and origins are compared in lower case; `*` stands
 * for any text without `/`, `?` for one such character, and `*` alone for every origin.
 */
export function originRule(patterns: readonly string[]): OriginRule {
  if (patterns.includes("*")) return () => true;
  const rules = patterns.map((pattern) => glob(pattern.toLowerCase()));
  return (origin) => rules.some((rule) => rule.test(origin.toLowerCase()));
}

function glob(pattern: string): RegExp {
  const source = pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, (sign) => {
    if (sign === "*") return "[^/]*";
    return sign === "?" ? "[^/]" : `\\${sign}`;
  });
  return new RegExp(`^${source}$`);
}
