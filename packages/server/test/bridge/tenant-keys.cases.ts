import { expect } from "bun:test";
import { CentrifugeClient, CentrifugoApi, PusherApi } from "../clients.ts";
import { baseConfig, keys } from "../server.ts";
import type { BridgeCase } from "./case.ts";
import { bridgeApp, bridgeConfig } from "./config.ts";
import { second, secondApiKey, secondHmac, stranger, twoApps } from "./second-app.ts";
import type { World } from "./world.ts";

const keyCases: readonly BridgeCase[] = [
  {
    rule: "B13",
    from: "centrifugo",
    to: "centrifugo",
    name: "a token of one app opens no other",
    config: twoApps(),
    async run(world) {
      expect(await CentrifugeClient.refusal(world.port, { app: second, hmac: keys.hmac })).toBe(3500);
      expect(await CentrifugeClient.refusal(world.port, { hmac: secondHmac })).toBe(3500);
      await using own = await CentrifugeClient.connect(world.port, { app: second, hmac: secondHmac });
      expect(await own.join("lobby")).toBe("done");
    },
  },
  {
    rule: "B13",
    from: "centrifugo",
    to: "centrifugo",
    name: "a subscription token of one app opens no channel of another",
    config: twoApps(),
    async run(world) {
      const first = await world.centrifugo({ user: "ann" });
      const foreign = first.subscriptionToken("private-a");
      await using own = await CentrifugeClient.connect(world.port, {
        user: "ann",
        app: second,
        hmac: secondHmac,
      });
      expect(await own.join("private-a", { token: foreign })).toBe(103);
      expect(await own.join("private-a")).toBe("done");
    },
  },
  {
    rule: "B13",
    from: "pusher",
    to: "pusher",
    name: "a signature of one app opens no channel of another",
    config: twoApps(),
    async run(world) {
      const client = await world.rawPusher(second);
      const mac = new Bun.CryptoHasher("sha256", keys.app.secret).update(`${client.socketId}:private-a`);
      const digest = mac.digest("hex");
      for (const key of [keys.app.key, second.key])
        expect(await client.ask("private-a", { auth: `${key}:${digest}` })).not.toContain("succeeded");
      await client.join("private-a");
    },
  },
  {
    rule: "B13",
    from: "centrifugo-api",
    to: "centrifugo-api",
    name: "an API key of one app opens no other",
    config: twoApps(),
    async run(world) {
      for (const api of [
        new CentrifugoApi(world.port, keys.apiKey, second.key),
        new CentrifugoApi(world.port, secondApiKey),
        new CentrifugoApi(world.port, secondApiKey, keys.app.key),
        new CentrifugoApi(world.port, secondApiKey, "no-such-app"),
      ])
        expect((await api.call("info", {})).status).toBeGreaterThanOrEqual(400);
      expect((await new CentrifugoApi(world.port, secondApiKey, second.key).call("info", {})).status).toBe(
        200,
      );
    },
  },
  {
    rule: "B13",
    from: "pusher-api",
    to: "pusher-api",
    name: "a secret of one app signs no call for another",
    config: twoApps(),
    async run(world) {
      const crossed = [
        new PusherApi(world.port, { ...keys.app, id: second.id }),
        new PusherApi(world.port, { ...second, id: keys.app.id }),
      ];
      for (const api of crossed) expect((await api.get("/channels")).status).toBe(401);
      expect((await new PusherApi(world.port, second).get("/channels")).status).toBe(200);
    },
  },
];

const bareSecond = (first: Record<string, unknown>): Record<string, unknown> => ({
  ...first,
  apps: [bridgeApp(), { ...second, public_channels: true }],
});

const inheritanceCases: readonly BridgeCase[] = [
  {
    rule: "B13",
    from: "centrifugo",
    to: "centrifugo",
    name: "an app without token keys has no Centrifugo wire: it inherits no key, no anonymous and no insecure entry",
    config: bareSecond({
      client: {
        ...(baseConfig()["client"] as object),
        insecure: true,
        allow_anonymous_connect_without_token: true,
      },
    }),
    async run(world) {
      const refused = async (options: object): Promise<number> =>
        Promise.race([CentrifugeClient.refusal(world.port, { app: second, ...options }), httpRefusal(world)]);
      expect(await refused({ hmac: keys.hmac })).not.toBe(0);
      expect(await refused({ tokenless: true })).not.toBe(0);
      await using first = await CentrifugeClient.connect(world.port, { tokenless: true });
      expect(await first.join("lobby")).toBe("done");
    },
  },
  {
    rule: "B13",
    from: "centrifugo-api",
    to: "centrifugo-api",
    name: "an app without an API key has no API: it inherits neither key nor insecure entry",
    config: bareSecond({ http_api: { key: keys.apiKey, insecure: true } }),
    async run(world) {
      for (const key of [keys.apiKey, ""])
        expect(
          (await new CentrifugoApi(world.port, key, second.key).call("info", {})).status,
        ).toBeGreaterThanOrEqual(400);
      expect((await new CentrifugoApi(world.port, "").call("info", {})).status).toBe(200);
    },
  },
  {
    rule: "B13",
    from: "centrifugo",
    to: "centrifugo",
    name: "namespaces are common to all apps",
    config: { ...twoApps(), channel: bridgeConfig()["channel"] },
    async run(world) {
      await using client = await stranger(world, "centrifugo");
      expect(await client.join("all:a")).toBe("done");
      expect(await client.join("plain:a")).toBe(103);
      expect(await client.join("nowhere:a")).toBe(102);
    },
  },
];

/** The wire may be refused before there is a WebSocket: the library goes on trying then, without a word. */
async function httpRefusal(world: World): Promise<number> {
  const url = `${world.url}/connection/websocket?app=${second.key}`;
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const { status } = await fetch(url, { headers });
  return status >= 400 ? status : new Promise<never>(() => undefined);
}

/** B13: a tenant's keys are its own. */
export const tenantKeyCases: readonly BridgeCase[] = [...keyCases, ...inheritanceCases];
