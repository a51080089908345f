import type { Handler } from "./handler.ts";

/** Handlers by method and path: `{ "POST /api/v1/broadcasting/auth": handler }`. */
export type RouteTable = Readonly<Record<string, Handler>>;

export interface RoutesOptions {
  /**
   * What stands before every path of the table, as `/backend`.
   * @default ""
   */
  readonly prefix?: string;
}

const entry = /^([A-Z]+) (\/\S*)$/;

/** Answers that say that a table has no such path: for `nodeListener`, which then passes the request on. */
const unrouted = new WeakSet<Response>();

export function isUnrouted(response: Response): boolean {
  return unrouted.has(response);
}

/**
 * One handler out of several. Paths are whole ones; a slash at the end makes no difference. HEAD is answered as GET is.
 * Unknown paths get 404, known ones with another method 405 and what they take.
 * Throws a TypeError where an entry of the table is not `METHOD /path`, or the prefix no path.
 */
export function routes(table: RouteTable, { prefix = "" }: RoutesOptions = {}): Handler {
  if (prefix !== "" && !prefix.startsWith("/"))
    throw new TypeError(`prefix "${prefix}" does not begin with /`);
  const before = withoutSlash(prefix);
  const byPath = new Map<string, Map<string, Handler>>();
  for (const [name, handler] of Object.entries(table)) {
    const [, method, path] = entry.exec(name) ?? [];
    if (method === undefined || path === undefined) throw new TypeError(`"${name}" is not METHOD /path`);
    const whole = `${before}${withoutSlash(path)}`;
    const methods = byPath.get(whole) ?? new Map<string, Handler>();
    byPath.set(whole, methods.set(method, handler));
  }
  return async (request) => {
    const methods = byPath.get(withoutSlash(new URL(request.url).pathname));
    if (methods === undefined) {
      const answer = Response.json({ error: "there is nothing at this path" }, { status: 404 });
      unrouted.add(answer);
      return answer;
    }
    const handler = methods.get(request.method);
    if (handler !== undefined) return handler(request);
    const get = request.method === "HEAD" ? methods.get("GET") : undefined;
    if (get !== undefined) return headOf(await get(request));
    const allow = [...methods.keys()].join(", ");
    return Response.json({ error: `this path takes ${allow}` }, { status: 405, headers: { allow } });
  };
}

async function headOf(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, response);
}

/** Step by step: a pattern would begin anew at each slash of a path that has thousands. */
function withoutSlash(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}
