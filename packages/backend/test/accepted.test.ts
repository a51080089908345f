import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Centrifuge } from "centrifuge";
import Pusher from "pusher-js";
import {
  channelAuthorization,
  connectionToken,
  subscriptionToken,
  userAuthentication,
  type TokenKey,
} from "@twinwire/backend";
import { keys, startTestServer, type TestServer } from "../../server/test/server.ts";

let server: TestServer;

beforeAll(() => {
  server = startTestServer({
    client: {
      token: {
        hmac_secret_key: keys.hmac,
        audience: "twinwire",
        issuer: "backend",
        user_id_claim: "uid",
      },
      allowed_origins: ["*"],
    },
    channel: { without_namespace: { presence: true, allow_presence_for_subscriber: true } },
  });
});

afterAll(() => server[Symbol.asyncDispose]());

const common = { user: "ann", audience: "twinwire", issuer: "backend", userClaim: "uid" } as const;

describe("the server takes", () => {
  test.each<[string, TokenKey]>([
    ["HS256", keys.hmac],
    ["HS384", { secret: keys.hmac, algorithm: "HS384" }],
    ["HS512", { secret: keys.hmac, algorithm: "HS512" }],
    ["HS256 with a key id", { secret: keys.hmac, keyId: "1" }],
  ])("tokens to connect and to subscribe by %s", async (_, key) => {
    const client = new Centrifuge(`ws://127.0.0.1:${server.port}/connection/websocket`, {
      token: await connectionToken(key, {
        ...common,
        expiresIn: 60,
        info: { name: "Ann" },
        subs: { given: { data: { welcome: true }, override: { presence: true } } },
      }),
    });
    const told = new Promise((resolve) => {
      client.on("subscribed", resolve);
    });
    client.connect();
    expect(await told).toMatchObject({ channel: "given", data: { welcome: true } });
    const subscription = client.newSubscription("private-a", {
      token: await subscriptionToken(key, { ...common, channel: "private-a", data: { n: 1 }, expiresIn: 60 }),
    });
    const subscribed = new Promise((resolve, reject) => {
      subscription.on("subscribed", resolve);
      subscription.on("unsubscribed", reject);
    });
    subscription.subscribe();
    expect(await subscribed).toMatchObject({ data: { n: 1 } });
    const { clients } = await client.presence("given");
    expect(Object.values(clients)).toMatchObject([{ user: "ann", connInfo: { name: "Ann" } }]);
    client.disconnect();
  });

  test("what lets a Pusher client sign in and join", async () => {
    const app = { key: keys.app.key, secret: keys.app.secret };
    const client = new Pusher(app.key, {
      cluster: "",
      wsHost: "127.0.0.1",
      wsPort: server.port,
      forceTLS: false,
      enabledTransports: ["ws"],
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, answer) => {
          const member = channelName.startsWith("presence-member")
            ? { userId: "ann", userInfo: { name: "Анна" } }
            : undefined;
          const { auth, channel_data } = channelAuthorization(app, socketId, channelName, member);
          // Without a member, pusher-js wants at least to know for itself who it is.
          const own = channelName.startsWith("presence-") ? { channel_data: channel_data ?? "" } : {};
          answer(null, { auth, ...own });
        },
      },
      userAuthentication: {
        customHandler: ({ socketId }, answer) => {
          answer(null, userAuthentication(app, socketId, { id: "ann", userInfo: { name: "Анна" } }));
        },
      },
    });
    const signedIn = new Promise((resolve) => {
      client.bind("pusher:signin_success", resolve);
    });
    client.signin();
    expect(await signedIn).toEqual({ user_data: '{"id":"ann","user_info":{"name":"Анна"}}' });
    for (const name of ["private-a", "presence-member"]) {
      const joined = new Promise((resolve, reject) => {
        const channel = client.subscribe(name);
        channel.bind("pusher:subscription_succeeded", resolve);
        channel.bind("pusher:subscription_error", reject);
      });
      await joined;
    }
    client.disconnect();
  });

  test("no token that has expired", async () => {
    const client = new Centrifuge(`ws://127.0.0.1:${server.port}/connection/websocket`, {
      token: await connectionToken(keys.hmac, { ...common, expiresIn: -60 }),
    });
    const refused = new Promise<number>((resolve) => {
      client.on("error", ({ error }) => {
        resolve(error.code);
      });
    });
    client.connect();
    expect(await refused).toBe(109);
    client.disconnect();
  });
});
