import { bearerToken, CentrifugoPublisher, PublishError } from "@twinwire/backend";
import { vkLiveBackend, type VkLiveBackend } from "@twinwire/vk-live/backend";
import type { Call, Route, SiteHost } from "twinwire/internal";
import * as v from "valibot";
import { answer, jsonRoute, refusal } from "../../json-route.ts";
import { actionSchema, tokenLives, type PanelState, type TokenLife } from "../actions.ts";
import { actionPath, apiPath } from "../addresses.ts";
import { liveStore, viewerOf } from "./live-store.ts";
import { Performer } from "./perform.ts";
import { Refused } from "./refused.ts";
import { Studio } from "./studio.ts";

/** The back end that the page stands on: the DevAPI for its client, and the control panel's actions, which publish. */
export function routes(host: SiteHost): readonly Route[] {
  const studio = new Studio();
  const store = liveStore(studio);
  const backendOf = (life: TokenLife): VkLiveBackend =>
    vkLiveBackend({
      store,
      keys: { token: host.hmacSecret },
      expiresIn: { connection: life, subscription: life },
      basePath: apiPath,
    });
  /** One for each life that the panel offers. */
  const backends = new Map(tokenLives.map((life) => [life, backendOf(life)]));

  const devApi = ({ request }: Call): Response | Promise<Response> => {
    const viewer = viewerOf(bearerToken(request) ?? "") ?? "";
    return (backends.get(studio.viewer(viewer).tokenLife) ?? backendOf(tokenLives[0])).fetch(request);
  };

  /** Made when it is first wanted: the address is known once the server listens. */
  let performer: Performer | undefined;
  const performerOfServer = (): Performer =>
    (performer ??= new Performer(
      studio,
      new CentrifugoPublisher({ url: `${host.origin()}${host.apiPath}`, apiKey: host.apiKey }),
    ));

  const stateOf = (viewer: string, said: string): Response => {
    const { access, tokenLife } = studio.viewer(viewer);
    return answer({ said, access, tokenLife } satisfies PanelState);
  };

  const act = jsonRoute(actionPath, async (body, { query }) => {
    const viewer = viewerIn(query);
    if (viewer === undefined) return refusal(400, "no such viewer");
    const read = v.safeParse(actionSchema, body);
    if (!read.success) return refusal(400, read.issues[0].message);
    try {
      return stateOf(viewer, await performerOfServer().perform(read.output, viewer));
    } catch (cause) {
      if (cause instanceof Refused) return refusal(409, cause.message);
      if (cause instanceof PublishError) return refusal(502, `the server did not take it: ${cause.message}`);
      throw cause;
    }
  });

  return [
    {
      ...act,
      handle: (call) => {
        const viewer = viewerIn(call.query);
        return call.request.method === "GET" && viewer !== undefined ? stateOf(viewer, "") : act.handle(call);
      },
    },
    { path: `${apiPath}/v1/`, prefix: true, handle: devApi },
  ];
}

function viewerIn(query: string): string | undefined {
  return viewerOf(`viewer-${new URLSearchParams(query).get("viewer") ?? ""}`);
}
