/** A signed request's query (protocol notes, 3.2). */
export interface SignedQuery {
  readonly key: string;
  readonly timestamp: string;
  readonly version: string;
  /** Empty where there is none. */
  readonly bodyMd5: string;
  readonly signature: string;
  /** Forms of the query that may have been signed; libraries differ in how they write lists. */
  readonly texts: readonly string[];
  /** Parameters besides those of the signature, by their names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const signatureName = "auth_signature";
const none: ReadonlyMap<string, string> = new Map();

/** Reads a query as it stands behind the `?`. */
export function readQuery(query: string): SignedQuery {
  return readPlain(query) ?? readAny(query);
}

/**
 * The way every library writes it: sorted, nothing escaped, no name twice. Then the text that was signed is the query
 * itself without the signature. Undefined where it is not like that.
 */
function readPlain(query: string): SignedQuery | undefined {
  if (query.includes("%") || query.includes("+")) return undefined;
  let key = "";
  let timestamp = "";
  let version = "";
  let bodyMd5 = "";
  let signature = "";
  let text = query;
  let parameters: Map<string, string> | undefined;
  let previous = "";
  for (let start = 0; start < query.length;) {
    let end = query.indexOf("&", start);
    if (end < 0) end = query.length;
    const equals = query.indexOf("=", start);
    if (equals < 0 || equals > end) return undefined;
    const name = query.slice(start, equals);
    const value = query.slice(equals + 1, end);
    if (name === signatureName) {
      if (text !== query) return undefined;
      signature = value;
      text = start === 0 ? query.slice(end + 1) : query.slice(0, start - 1) + query.slice(end);
    } else {
      if (name <= previous) return undefined;
      previous = name;
      switch (name) {
        case "auth_key":
          key = value;
          break;
        case "auth_timestamp":
          timestamp = value;
          break;
        case "auth_version":
          version = value;
          break;
        case "body_md5":
          bodyMd5 = value;
          break;
        default:
          if (name !== name.toLowerCase() || name.endsWith("[]")) return undefined;
          (parameters ??= new Map<string, string>()).set(name, value);
      }
    }
    start = end + 1;
  }
  return { key, timestamp, version, bodyMd5, signature, texts: [text], parameters: parameters ?? none };
}

/** Any query: names in lower case, values decoded, sorted by name; what stands several times is one list. */
function readAny(query: string): SignedQuery {
  const lists = new Map<string, string[]>();
  for (const [given, value] of new URLSearchParams(query)) {
    const name = given.toLowerCase();
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  const parameters = new Map(Array.from(lists, ([name, list]) => [name, list.join(",")] as const));
  const take = (name: string): string => {
    const value = parameters.get(name) ?? "";
    parameters.delete(name);
    return value;
  };
  const signature = take(signatureName);
  lists.delete(signatureName);
  const texts = signedTexts(lists);
  return {
    signature,
    texts,
    key: take("auth_key"),
    timestamp: take("auth_timestamp"),
    version: take("auth_version"),
    bodyMd5: take("body_md5"),
    parameters,
  };
}

function signedTexts(lists: ReadonlyMap<string, readonly string[]>): string[] {
  const sorted = [...lists].sort(([one], [other]) => (one < other ? -1 : 1));
  const joined = sorted.map(([name, list]) => `${name}=${list.join(",")}`).join("&");
  if (sorted.every(([name, list]) => list.length === 1 && !name.endsWith("[]"))) return [joined];
  const bare = sorted.map(([name, list]) => `${name.replace(/\[\]$/, "")}=${list.join(",")}`).join("&");
  const apart = sorted.flatMap(([name, list]) => list.map((value) => `${name}=${value}`)).join("&");
  return [joined, bare, apart];
}
