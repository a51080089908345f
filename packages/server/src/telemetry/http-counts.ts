/** Of the HTTP methods, those that are counted by name: a client may make up others. */
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);

export interface HttpCount {
  readonly path: string;
  readonly method: string;
  readonly status: number;
  count: number;
}

/** HTTP requests by what answered them (`prometheus.instrument_http_handlers`). */
export class HttpCounts {
  private readonly known = new Map<string, HttpCount>();

  /** @param path of the route, never that of the request: there are few of them */
  add(path: string, given: string, status: number): void {
    const method = methods.has(given) ? given : "other";
    const key = `${method} ${status} ${path}`;
    const known = this.known.get(key);
    if (known === undefined) this.known.set(key, { path, method, status, count: 1 });
    else known.count += 1;
  }

  all(): Iterable<HttpCount> {
    return this.known.values();
  }
}
