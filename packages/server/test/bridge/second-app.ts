import { expect } from "bun:test";
import {
  CentrifugeClient,
  CentrifugoApi,
  PusherApi,
  PusherClient,
  type AppKeys,
  type Client,
  type Wire,
} from "../clients.ts";
import { keys } from "../server.ts";
import type { Source } from "./case.ts";
import { bridgeApp } from "./config.ts";
import type { World } from "./world.ts";

/** A second tenant, with keys of its own. */
export const second = { id: "2000", key: "second-key", secret: "second-secret" } as const satisfies AppKeys;
export const secondHmac = "second-hmac";
export const secondApiKey = "second-api-key";

/** A second app with keys of its own; `ids` replaces the ids of both. */
export function twoApps(ids: readonly [string, string] = [keys.app.id, second.id]): Record<string, unknown> {
  return {
    apps: [
      bridgeApp({ id: ids[0] }),
      {
        ...second,
        id: ids[1],
        public_channels: true,
        client: { token: { hmac_secret_key: secondHmac }, allowed_origins: ["*"] },
        http_api: { key: secondApiKey },
      },
    ],
  };
}

/** Somebody of the second app. */
export async function stranger(world: World, wire: Wire, id: string = second.id): Promise<Client> {
  const app = { ...second, id };
  return wire === "pusher"
    ? PusherClient.connect(world.port, { user: "ann", app })
    : CentrifugeClient.connect(world.port, { user: "ann", app, hmac: secondHmac });
}

export async function speakInSecond(
  world: World,
  from: Source,
  channel: string,
  id: string = second.id,
): Promise<void> {
  const app = { ...second, id };
  switch (from) {
    case "pusher-api":
      expect((await new PusherApi(world.port, app).publish(channel, "foreign", 1)).status).toBe(200);
      return;
    case "centrifugo-api": {
      const api = new CentrifugoApi(world.port, secondApiKey, second.key);
      expect((await api.publish(channel, { type: "foreign", data: 1 })).text).toContain('"result"');
      return;
    }
    case "pusher":
    case "centrifugo": {
      await using mouth = await stranger(world, from, id);
      expect(await mouth.join(channel)).toBe("done");
      expect(await mouth.say(channel, "foreign", 1)).toBe("done");
    }
  }
}
