import type { ServerGrant } from "../../../core/broker.ts";
import type { Payload } from "../../../core/publication.ts";
import type { Params } from "../api/params.ts";
import type { ConnectCommand } from "../messages.ts";
import type { CentrifugoSession } from "../session.ts";
import { plainGrant } from "../tokens/connection-token.ts";
import { isDenial, type Denial, type Proxy, WrongResult } from "./proxy.ts";
import { payloadField, metaOf, subscriptionTerms } from "./results.ts";

/** Whom the application lets in, and how. */
export interface ProxiedEntry {
  readonly user: string;
  /** JSON text. */
  readonly info: Payload | undefined;
  /** Unix seconds; 0 = never. */
  readonly expireAt: number;
  /** Server-side subscriptions; `subs` wins over `channels` where both name one. */
  readonly grants: readonly ServerGrant[];
  /** JSON text for the client. */
  readonly data: Payload | undefined;
  /** JSON text of an object. */
  readonly meta: string | undefined;
}

/** Asks who a client without a token is; undefined: the application does not know it (protocol notes, 7.2). */
export async function askConnect(
  proxy: Proxy,
  session: CentrifugoSession,
  command: ConnectCommand,
): Promise<ProxiedEntry | undefined | Denial> {
  const data = proxy.data(command.data);
  if (isDenial(data)) return data;
  const { name, version, subs } = command;
  const fields = {
    ...data,
    name: name === "" ? undefined : JSON.stringify(name),
    version: version === "" ? undefined : JSON.stringify(version),
    channels: subs.size === 0 ? undefined : JSON.stringify([...subs.keys()]),
  };
  return proxy.ask(session, fields, entryOf);
}

function entryOf(result: Params | undefined): ProxiedEntry | undefined | WrongResult {
  if (result === undefined) return undefined;
  const info = payloadField(result, "info");
  const data = payloadField(result, "data");
  if (info instanceof WrongResult) return info;
  if (data instanceof WrongResult) return data;
  const grants = new Map(result.strings("channels").map((channel) => [channel, plainGrant(channel)]));
  for (const [channel, options] of result.members("subs")) {
    const terms = subscriptionTerms(options);
    if (terms instanceof WrongResult) return terms;
    const { info: chanInfo, ...rest } = terms;
    // From nowhere: the newest publication comes with the subscription.
    const since = options.flag("cache_recover") ? { offset: 0, epoch: "" } : undefined;
    grants.set(channel, { channel, chanInfo, ...rest, since });
  }
  return {
    user: result.string("user"),
    info,
    expireAt: result.count("expire_at"),
    grants: [...grants.values()],
    data,
    meta: metaOf(result),
  };
}
