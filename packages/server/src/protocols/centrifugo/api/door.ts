import type { Call } from "../../../http/route.ts";
import { equalSecret } from "../../../secrets/equal.ts";
import type { Site } from "./site.ts";

/** One app's API, and what opens it. */
export interface Entrance {
  readonly site: Site;
  /** Asked for with `?app=KEY`. */
  readonly keys: readonly string[];
  /** Empty: nothing opens it. */
  readonly apiKey: string;
  /** It is open. */
  readonly insecure: boolean;
}

/** Lets the application in: each app has its own key, and the first serves who asks for none (B13). */
export class Door {
  private readonly byKey = new Map<string, Entrance>();

  constructor(private readonly entrances: readonly Entrance[]) {
    for (const entrance of entrances) for (const key of entrance.keys) this.byKey.set(key, entrance);
  }

  /** The API that the call may use; undefined = none. */
  admit(call: Call): Site | undefined {
    // Most calls have no query: it is parsed only where there is one.
    const query = call.query === "" ? undefined : new URLSearchParams(call.query);
    const wanted = query?.get("app") ?? undefined;
    const entrance = wanted === undefined ? this.entrances[0] : this.byKey.get(wanted);
    if (entrance === undefined) return undefined;
    if (entrance.insecure) return entrance.site;
    const given = keyOf(call.request.headers, query);
    if (given === undefined || entrance.apiKey === "") return undefined;
    return equalSecret(given, entrance.apiKey) ? entrance.site : undefined;
  }
}

const scheme = /^apikey +(.+)$/i;

/** In Centrifugo's order (protocol notes, 6.1). */
function keyOf(headers: Headers, query: URLSearchParams | undefined): string | undefined {
  const header = headers.get("x-api-key");
  if (header !== null && header !== "") return header;
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const key = scheme.exec(authorization)?.[1];
    if (key !== undefined) return key;
  }
  return query?.get("api_key") ?? undefined;
}
