import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { SubscribeCommand } from "../messages.ts";
import type { CentrifugoSession } from "../session.ts";
import { isDenial, type Denial, type Proxy } from "./proxy.ts";
import { subscriptionTerms, type SubscriptionTerms } from "./results.ts";

const noTerms: SubscriptionTerms = { info: undefined, data: undefined, expireAt: 0, override: {} };

/** The proxy that opens a channel to a client without a token (protocol notes, 4.4); undefined where none has a say. */
export function subscribeProxyOf({ door }: CentrifugoSession, traits: ChannelTraits): Proxy | undefined {
  const proxy = door.proxies.subscribe.get(traits.namespace.name);
  if (proxy === undefined || traits.tokenOnly || traits.kind === "user") return undefined;
  // The name itself says who may.
  return traits.allowedUsers === undefined ? proxy : undefined;
}

/** Asks whether a client may subscribe. A result, be it empty, is a yes. */
export async function askSubscribe(
  proxy: Proxy,
  session: CentrifugoSession,
  command: SubscribeCommand,
): Promise<SubscriptionTerms | Denial> {
  const data = proxy.data(command.data);
  if (isDenial(data)) return data;
  const fields = {
    ...data,
    user: JSON.stringify(session.user),
    channel: JSON.stringify(command.channel),
  };
  return proxy.ask(session, fields, (result) => (result === undefined ? noTerms : subscriptionTerms(result)));
}
