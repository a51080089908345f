import type { Answer } from "../../../core/answer.ts";
import { readText } from "../../../http/body.ts";
import type { Call, Route } from "../../../http/route.ts";
import { examineAppId } from "../doctor/request.ts";
import type { Surroundings, Tenant } from "../tenant.ts";
import { ApiFault, failed, ok } from "./answer.ts";
import { checkClaim, checkSignature } from "./authorization.ts";
import { listChannels, listUsers, showChannel } from "./channels.ts";
import { postBatch, postEvent } from "./publishing.ts";
import { readQuery, type SignedQuery } from "./signed-query.ts";
import { terminate } from "./users.ts";

/** A request that its signature vouches for. */
interface Checked {
  readonly tenant: Tenant;
  readonly body: string;
  readonly parameters: ReadonlyMap<string, string>;
}

interface Endpoint {
  readonly method: "GET" | "POST";
  /** The answer's JSON text. */
  run(request: Checked): Answer<string | ApiFault>;
}

const root = "/apps/";

const events: Endpoint = { method: "POST", run: ({ tenant, body }) => postEvent(tenant, body) };
const batchEvents: Endpoint = { method: "POST", run: ({ tenant, body }) => postBatch(tenant, body) };
const channels: Endpoint = {
  method: "GET",
  run: ({ tenant, parameters }) => listChannels(tenant, parameters),
};

/** What stands behind `/apps/{id}/`. */
function endpointOf(rest: string): Endpoint | undefined {
  if (rest === "events") return events;
  if (rest === "batch_events") return batchEvents;
  if (rest === "channels") return channels;
  const [collection, given, verb, more] = rest.split("/");
  const name = decoded(given ?? "");
  if (name === "" || more !== undefined) return undefined;
  if (collection === "channels" && verb === undefined)
    return { method: "GET", run: ({ tenant, parameters }) => showChannel(tenant, name, parameters) };
  if (collection === "channels" && verb === "users")
    return { method: "GET", run: ({ tenant }) => listUsers(tenant, name) };
  if (collection === "users" && verb === "terminate_connections")
    return { method: "POST", run: ({ tenant }) => terminate(tenant, name) };
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The HTTP API of all apps (protocol notes, 3). */
export function pusherApi(tenants: readonly Tenant[], around: Surroundings): Route {
  const byId = new Map<string, Tenant>(tenants.map((tenant) => [tenant.app.id, tenant]));
  const { observer } = around.hub;

  const refuse = (fault: ApiFault): Response => {
    observer.refused("pusher-api", fault.kind);
    return failed(fault);
  };
  const respond = (answer: string | ApiFault): Response =>
    typeof answer === "string" ? ok(answer) : refuse(answer);

  return {
    path: root,
    prefix: true,
    handle(call) {
      const slash = call.path.indexOf("/", root.length);
      const id = slash < 0 ? call.path.slice(root.length) : call.path.slice(root.length, slash);
      const tenant = byId.get(id) ?? byId.get(decoded(id));
      if (tenant === undefined) return refuse(unknownApp(around, id, call));
      if (!tenant.settings.enabled)
        return refuse(new ApiFault("app-disabled", "the app is disabled (apps[].enabled)"));
      const endpoint = slash < 0 ? undefined : endpointOf(call.path.slice(slash + 1));
      if (endpoint === undefined) return refuse(new ApiFault("not-found", "there is nothing at this path"));
      if (call.request.method !== endpoint.method)
        return refuse(new ApiFault("method-not-allowed", `this path takes ${endpoint.method}`));
      const query = readQuery(call.query);
      const fault = checkClaim(tenant, query);
      if (fault !== undefined) return refuse(fault);
      return carryOut({ tenant, endpoint, call, query }).then(respond);
    },
  };
}

function unknownApp({ doctor }: Surroundings, id: string, { query }: Call): ApiFault {
  const reason = doctor.explain("pusher-api", "there is no app with this id", (ring) =>
    examineAppId(ring, id, readQuery(query).key),
  );
  return new ApiFault("unknown-app", reason);
}

interface Request {
  readonly tenant: Tenant;
  readonly endpoint: Endpoint;
  readonly call: Call;
  readonly query: SignedQuery;
}

async function carryOut({ tenant, endpoint, call, query }: Request): Promise<string | ApiFault> {
  const { request, path } = call;
  const { bodyLimit: limit } = tenant;
  const body = endpoint.method === "GET" ? "" : await readText(request, limit);
  if (body === undefined)
    return new ApiFault(
      "too-big",
      `the body has more than ${limit} bytes (apps[].limits.event_bytes raises it)`,
    );
  const { method } = endpoint;
  const { headers } = request;
  const fault = checkSignature(tenant, query, { method, path, body, rawQuery: call.query, headers });
  return fault ?? endpoint.run({ tenant, body, parameters: query.parameters });
}
