import { describe, expect, setDefaultTimeout, test } from "bun:test";
import Pusher from "pusher-js";
import { Launched } from "./launched.ts";
import { keys, baseConfig, startTestServer } from "../server.ts";
import { near, pusherSigner } from "../clients/pusher-client.ts";
import { second } from "../bridge/second-app.ts";
import { callPusherApi } from "./raw-pusher.ts";
import { Scrape } from "./scrape.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(20_000);

const twoApps = {
  apps: [
    { ...keys.app, public_channels: true },
    { ...second, public_channels: true },
  ],
};

interface Refused {
  readonly type: string;
  readonly error: string;
  readonly status: number;
}

/** What the handler of pusher-js hears when its back end signs with other keys than the server has. */
async function refusedWith(port: number, secret: string): Promise<Refused> {
  const signer = pusherSigner({ ...keys.app, secret });
  const pusher = new Pusher(keys.app.key, {
    ...near(port),
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, answer) => {
        answer(null, signer.authorizeChannel(socketId, channelName));
      },
    },
  });
  try {
    return await new Promise<Refused>((resolve) => {
      pusher.subscribe("private-a").bind("pusher:subscription_error", resolve);
    });
  } finally {
    pusher.disconnect();
  }
}

describe("a wrong secret of the back end", () => {
  test("is named to pusher-js by a development server", async () => {
    await using server = startTestServer(twoApps, "dev");
    const mine = await refusedWith(server.port, second.secret);
    expect(mine).toMatchObject({ type: "AuthError", status: 401 });
    expect(mine.error).toContain("the signature is not right: it was made with the secret of another app");
    expect(mine.error).not.toContain(second.secret);
    expect((await refusedWith(server.port, "nobody's")).error).toContain(
      "a secret that is not that of the key",
    );
  });

  test("is logged and counted by one in production, and the client hears what it always heard", async () => {
    using folder = new TempFolder();
    const file = folder.write(
      "c.json",
      JSON.stringify({ ...baseConfig(), ...twoApps, log: { level: "info" } }),
    );
    await using server = await Launched.start(["serve", "--config", file]);
    for (let i = 0; i < 3; i += 1)
      expect((await refusedWith(server.port, second.secret)).error).toBe("the signature is not right");
    const scrape = await Scrape.of(server.url);
    const fault = { source: "pusher", reason: "secret-of-another-app" };
    expect(scrape.value("twinwire_auth_faults_total", fault)).toBe(3);
    const lines = server
      .stderr()
      .split("\n")
      .filter((line) => line.includes("secret-of-another-app"));
    expect(lines).toHaveLength(3);
    expect(server.stderr()).not.toContain(second.secret);
    expect(server.stderr()).not.toMatch(/[0-9a-f]{64}/);
  });
});

test("a prefix that is signed and taken off by a proxy is named by a development server", async () => {
  await using server = startTestServer({}, "dev");
  using proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "GET" ? undefined : await request.text();
      const target = `${server.url}${pathname.replace("/pusher", "")}${search}`;
      return fetch(target, { method: request.method, ...(body === undefined ? {} : { body }) });
    },
  });
  const asked = await callPusherApi(proxy.url.origin, { method: "GET", path: "/pusher/apps/1000/channels" });
  expect(asked.status).toBe(401);
  const { error } = (await asked.json()) as { readonly error: string };
  expect(error).toContain("it was made for /pusher/apps/1000/channels, and /apps/1000/channels arrived");
});
