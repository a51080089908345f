import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import { userId } from "../../../core/ids.ts";
import type { Tenant } from "../tenant.ts";

/** `POST …/users/{id}/terminate_connections`: all connections of a user, of both wires and on all nodes (B9). */
export function terminate(tenant: Tenant, user: string): Answer<string> {
  const { hub } = tenant.around;
  const answer = hub.broker.control({
    kind: "disconnect",
    app: tenant.app.id,
    whom: { user: userId(user), client: undefined, whitelist: [] },
    order: { code: undefined, reason: "force disconnect", comeBack: false },
  });
  return after(answer, () => "{}");
}
