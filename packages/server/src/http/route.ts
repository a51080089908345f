/** One HTTP request, its target split once by hand: the hottest paths are HTTP publishes. */
export interface Call {
  readonly request: Request;
  /** As sent, not decoded. */
  readonly path: string;
  /** Behind the `?`, as sent; empty where there is none. */
  readonly query: string;
}

export interface Route {
  /** The whole path, or with `prefix` its beginning. */
  readonly path: string;
  readonly prefix: boolean;
  handle(call: Call): Response | Promise<Response>;
}
