import type { App } from "./app.ts";
import type { Control, DisconnectOrder, RefreshOrder, ServerGrant, Whom } from "./broker.ts";
import type { Closure } from "./closure.ts";
import { closure } from "./closure.ts";
import type { Hub } from "./hub.ts";
import { channelName } from "./ids.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import { subscribeByServer } from "./server-subscribe.ts";
import { leave } from "./unsubscribe.ts";

/** Carries out an order on this node's own clients. */
export function obey(hub: Hub, control: Control): void {
  const app = hub.app(control.app);
  if (app === undefined) return;
  switch (control.kind) {
    case "disconnect":
      void hub.leaver.close(connectionsOf(app, control.whom), closureOf(control.order));
      return;
    case "unsubscribe":
      for (const session of connectionsOf(app, control.whom)) unsubscribe(hub, session, control.channel);
      return;
    case "subscribe":
      grant(hub, app, control);
      return;
    case "refresh":
      refresh(hub, app, control);
      return;
  }
}

function connectionsOf(app: App, whom: Whom): Session[] {
  const { user, client, session, whitelist } = whom;
  return app
    .ofUser(user)
    .filter(
      (one) =>
        (client === undefined || one.clientId === client) &&
        (session === undefined || one.secret === session) &&
        !whitelist.includes(one.clientId),
    );
}

function closureOf({ code, reason, comeBack }: DisconnectOrder): Closure {
  const plain = closure(
    comeBack ? "force-reconnect" : "force-disconnect",
    "the application disconnected the client",
  );
  return code === undefined ? plain : { ...plain, custom: { code, reason } };
}

function unsubscribe(hub: Hub, session: Session, channel: string): void {
  const name = channelName(channel);
  const subscription = session.subscriptions.get(name);
  if (subscription !== undefined) leave(hub, session, subscription, "unsubscribed");
  // A Centrifugo client is told even where it was not subscribed (protocol notes, 6.2).
  else if (session.encoder.wire === "pusher") return;
  session.tell({ kind: "unsubscribed", channel: name, why: { kind: "server" } });
}

function refresh(hub: Hub, app: App, { whom, refresh: order }: { whom: Whom; refresh: RefreshOrder }): void {
  for (const session of connectionsOf(app, whom)) {
    // Pusher connections have no end that could be put off (B9).
    if (session.encoder.wire === "pusher") hub.observer.dropped("api-refresh-pusher-client", 1);
    else session.tell({ kind: "refreshed", order });
  }
}

function grant(hub: Hub, app: App, { whom, grant: given }: { whom: Whom; grant: ServerGrant }): void {
  for (const session of connectionsOf(app, whom)) {
    if (session.encoder.wire === "pusher") {
      // A Pusher client has no server-side subscriptions to show it in (B9).
      hub.observer.dropped("api-subscribe-pusher-client", 1);
      continue;
    }
    hub.inBackground("server-side subscribe", async () => {
      const refused = await subscribeByServer(hub, session, given);
      if (refused instanceof Refusal) hub.observer.refused("centrifugo-api", refused.kind);
    });
  }
}
