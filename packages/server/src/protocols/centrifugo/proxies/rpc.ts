import type { Answer } from "../../../core/answer.ts";
import { refuse } from "../../../core/refusal.ts";
import { undecodable, parseData } from "../api/message.ts";
import type { RpcCommand } from "../messages.ts";
import type { Outcome } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";
import type { RpcRoutes } from "./app-proxies.ts";
import { isDenial, outcomeOf, type Proxy, WrongResult } from "./proxy.ts";

/** Protocol notes, 2.6 and 15. */
export function rpc(session: CentrifugoSession, command: RpcCommand): Answer<Outcome> {
  const routes = session.door.proxies.rpc;
  const { method } = command;
  if (routes.ping !== undefined && method === routes.ping) return { kind: "rpc", data: undefined };
  const namespace = namespaceOf(method, routes);
  const proxy = routes.namespaces.get(namespace);
  if (proxy !== undefined) return ask(proxy, session, command);
  return routes.namespaces.has(namespace) || !answersAnything(routes)
    ? refuse("not-available", "the method's namespace has no RPC proxy")
    : refuse("method-not-found", "the method's namespace is not configured");
}

/** Where nothing is, nothing in particular is unknown. */
function answersAnything({ namespaces }: RpcRoutes): boolean {
  return [...namespaces.values()].some((proxy) => proxy !== undefined);
}

function namespaceOf(method: string, { boundary }: RpcRoutes): string {
  const at = boundary === "" ? -1 : method.indexOf(boundary);
  return at < 0 ? "" : method.slice(0, at);
}

async function ask(proxy: Proxy, session: CentrifugoSession, command: RpcCommand): Promise<Outcome> {
  const data = proxy.data(command.data);
  if (isDenial(data)) return outcomeOf(data);
  const fields = {
    ...data,
    user: JSON.stringify(session.user),
    method: JSON.stringify(command.method),
  };
  const said = await proxy.ask(session, fields, (result): Outcome | WrongResult => {
    const given = result === undefined ? "none" : parseData(result);
    if (given === undecodable) return new WrongResult("b64data is no base64");
    return { kind: "rpc", data: given === "none" ? undefined : given };
  });
  return isDenial(said) ? outcomeOf(said) : said;
}
