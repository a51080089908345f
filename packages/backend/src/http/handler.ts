/** A standard handler, as `Bun.serve`, Hono, Deno and the edge runtimes take it. */
export type Handler = (request: Request) => Response | Promise<Response>;
