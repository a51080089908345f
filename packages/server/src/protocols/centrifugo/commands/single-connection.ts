import { after } from "../../../core/answer.ts";
import { nobody } from "../../../core/ids.ts";
import type { CentrifugoSession } from "../session.ts";
import { disconnectCode } from "../codes.ts";

/**
 * `single_connection`: ends the user's other connections, on every node, by who else is in the presence of the personal
 * channel (protocol notes, 2.1). Pusher connections are not in it.
 */
export function endOthers(session: CentrifugoSession): void {
  const { app, user, clientId } = session;
  const personal = user === nobody ? undefined : app.settings.personalChannel?.(user);
  // Whom the handshake named has no personal channel.
  if (personal === undefined || !session.subscriptions.has(personal)) return;
  const { hub } = session.door.wire;
  const order = { ...disconnectCode["connection-limit"], comeBack: false };
  hub.inBackground("single connection", () =>
    after(hub.broker.presence(app.key(personal)), (present) => {
      for (const { client } of present) {
        if (client === clientId) continue;
        const whom = { user, client, whitelist: [] };
        hub.inBackground("end another connection", () =>
          hub.broker.control({ kind: "disconnect", app: app.id, whom, order }),
        );
      }
    }),
  );
}
