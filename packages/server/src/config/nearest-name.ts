/** Edits (insert, delete, replace) that make one text of the other. */
export function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The nearest of the names, if it is near enough to be meant. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/**
 * The path whose words end in the given ones: `token_hmac_secret_key`, as older files have it, is
 * `client.token.hmac_secret_key`. Of several, the first: the schema has what most people set in front.
 */
export function pathEndingIn(name: string, paths: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  for (const path of paths) {
    const words = path.replaceAll(".", "_").toLowerCase();
    if (words === wanted || words.endsWith(`_${wanted}`)) return path;
  }
  return undefined;
}
