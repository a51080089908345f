import { closure } from "../../../core/closure.ts";
import { Refusal } from "../../../core/refusal.ts";
import type { Subscription } from "../../../core/subscription.ts";
import { endOf, expiryOf } from "../expiry.ts";
import type { ExpiryWatch } from "../expiry-watch.ts";
import { Disconnect } from "../outcome.ts";
import type { CentrifugoSession } from "../session.ts";
import { carry } from "./luggage.ts";
import { isDenial, type Denial, type Proxy } from "./proxy.ts";
import { refreshed, type Refreshed } from "./results.ts";

/** What runs out while the application cannot say whether it may go on, goes on for so long. Milliseconds. */
const grace = 60_000;

/** The connection runs out: asks whether it may go on (protocol notes, 7.2). */
export async function refreshByProxy(
  proxy: Proxy,
  session: CentrifugoSession,
  watch: ExpiryWatch,
): Promise<void> {
  const { clock } = session.door.wire;
  // What holds if there is no answer; and nobody asks twice.
  session.expiresAt = clock.now() + grace;
  watch.connection(session);
  const said = given(session, await proxy.ask(session, { user: JSON.stringify(session.user) }, refreshed));
  if (said === undefined) return;
  const end = endAfter(said, clock.now());
  if (end === undefined) {
    session.close(closure("connection-expired", "the application did not refresh the connection"));
    return;
  }
  session.expiresAt = end;
  if (said.info !== undefined) session.connInfo = said.info;
  if (said.meta !== undefined) carry(session, { meta: said.meta });
  watch.connection(session);
}

/** The proxy that decides whether a subscription may go on; undefined: its token does. */
export function subRefreshProxyOf(
  { door }: CentrifugoSession,
  { channel }: Pick<Subscription, "channel">,
): Proxy | undefined {
  return door.proxies.subRefresh.get(channel.traits.namespace.name);
}

/** A subscription runs out: asks whether it may go on. */
export async function subRefreshByProxy(
  proxy: Proxy,
  session: CentrifugoSession,
  { subscription, watch }: { readonly subscription: Subscription; readonly watch: ExpiryWatch },
): Promise<void> {
  const { clock } = session.door.wire;
  subscription.expiresAt = clock.now() + grace;
  watch.subscription(session, subscription);
  const channel = JSON.stringify(subscription.channel.traits.name);
  const answer = await proxy.ask(session, { user: JSON.stringify(session.user), channel }, refreshed);
  if (hasEnded(subscription)) return;
  const said = given(session, answer);
  if (said === undefined) return;
  const end = endAfter(said, clock.now());
  if (end === undefined) {
    watch.ended(session, subscription);
    return;
  }
  subscription.expiresAt = end;
  subscription.showWith(said.info);
  watch.subscription(session, subscription);
}

/** The application's word on what runs out; undefined where there is none, and the connection is closed if it said so. */
function given(session: CentrifugoSession, said: Refreshed | Denial): Refreshed | undefined {
  if (session.closed) return undefined;
  if (said instanceof Disconnect) session.close(said.closure);
  return isDenial(said) ? undefined : said;
}

/** A function, because the compiler holds the state for what it was before the wait. */
function hasEnded({ state }: Subscription): boolean {
  return state === "ended";
}

/** Unix milliseconds of the new end, 0 = never; undefined = it is now. */
function endAfter({ expired, expireAt }: Refreshed, now: number): number | undefined {
  if (expired) return undefined;
  const expiry = expiryOf(expireAt, now);
  return expiry instanceof Refusal ? undefined : endOf(expiry, now);
}
