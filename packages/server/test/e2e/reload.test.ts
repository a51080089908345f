import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { KeyPair } from "../../src/protocols/centrifugo/tokens/key-pairs.test.ts";
import { baseConfig, keys } from "../server.ts";
import { Authority } from "./authority.ts";
import { publishByApi } from "./bystanders.ts";
import { KeyServer } from "./key-server.ts";
import { Launched } from "./launched.ts";
import { centrifugoPath, connectCentrifugo, openCentrifugo, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, subscribeEvent } from "./raw-pusher.ts";
import { RawSocket } from "./raw-socket.ts";
import { Scrape } from "./scrape.ts";
import { TempFolder } from "./temp-folder.ts";
import { seconds, token } from "./tokens.ts";

setDefaultTimeout(60_000);

type Options = Readonly<Record<string, unknown>>;

const open = { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true };
const secondApp = { id: "2", key: "key-2", secret: "secret-2", public_channels: true };

/** A process of `serve`, whose file is written anew and read again. */
class Reloaded implements AsyncDisposable {
  private constructor(
    readonly server: Launched,
    private readonly folder: TempFolder,
    private readonly file: string,
  ) {}

  static async start(options: Options, env: Readonly<Record<string, string>> = {}): Promise<Reloaded> {
    const folder = new TempFolder();
    const file = folder.write("config.json", text(options));
    return new Reloaded(await Launched.start(["serve", "--config", file], { env }), folder, file);
  }

  get url(): string {
    return this.server.url;
  }

  /** Resolves when the process has read the file again. */
  async by(options: Options | string): Promise<"applied" | "refused"> {
    const before = await this.reloads();
    writeFileSync(this.file, typeof options === "string" ? options : text(options));
    this.server.signal("SIGHUP");
    for (;;) {
      const now = await this.reloads();
      if (now.applied > before.applied) return "applied";
      if (now.refused > before.refused) return "refused";
      await Bun.sleep(5);
    }
  }

  /** The first line of the log, past or to come, that has the part. */
  async line(part: string): Promise<string> {
    for (;;) {
      const found = this.server
        .stderr()
        .split("\n")
        .find((line) => line.includes(part));
      if (found !== undefined) return found;
      await Bun.sleep(5);
    }
  }

  private async reloads(): Promise<{ readonly applied: number; readonly refused: number }> {
    const scrape = await Scrape.of(this.url);
    const of = (result: string): number => scrape.value("twinwire_reloads_total", { result });
    return { applied: of("applied"), refused: of("refused") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

function text(options: Options): string {
  return JSON.stringify({ ...baseConfig(), log: { level: "info" }, ...options });
}

function channels(namespaces: readonly Options[], withoutNamespace: Options = open): Options {
  return { channel: { without_namespace: withoutNamespace, namespaces } };
}

function tokens(of: Options, more: Options = {}): Options {
  return { client: { token: of, allowed_origins: ["*"], ...more } };
}

/** How a connect command with the token ends. */
async function connecting(url: string, jwt: string, path = centrifugoPath): Promise<"in" | number> {
  using socket = await RawSocket.open(url.replace("http", "ws") + path);
  socket.send(JSON.stringify({ id: 1, connect: { token: jwt } }));
  // Awaited here: the socket is closed where its scope ends.
  return await Promise.race([
    socket.having('"connect":{').then(() => "in" as const),
    socket.closed.then(({ code }) => code),
  ]);
}

let lastId = 100;

/** The reply to a command of a client that is connected. */
async function answerTo(socket: RawSocket, command: Options): Promise<string> {
  const id = (lastId += 1);
  socket.send(JSON.stringify({ id, ...command }));
  return socket.having(`"id":${id}`);
}

describe("SIGHUP takes over token keys", () => {
  test("the new key lets in, the old one no longer, and whoever is connected stays", async () => {
    await using process = await Reloaded.start(tokens({ hmac_secret_key: "one" }));
    using before = await openCentrifugo(process.url);
    before.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "ann" }, { secret: "one" }) } }));
    await before.having('"connect":{');

    expect(await process.by(tokens({ hmac_secret_key: "two" }))).toBe("applied");
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "one" }))).toBe(3500);
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "two" }))).toBe("in");
    // Its next token is checked by the new key.
    const sub = { sub: "ann", channel: "private-a" };
    const by = (secret: string): Options => ({
      subscribe: { channel: "private-a", token: token(sub, { secret }) },
    });
    expect(await answerTo(before, by("one"))).toContain('"code":103');
    expect(await answerTo(before, by("two"))).toContain('"subscribe":{');
    expect(process.server.stderr()).not.toContain("two");
  });

  test("the previous key, its end, the audience and the issuer are followed", async () => {
    await using process = await Reloaded.start(tokens({ hmac_secret_key: "one" }));
    const old = token({ sub: "ann" }, { secret: "one" });
    const rotated = { hmac_secret_key: "two", hmac_previous_secret_key: "one" };
    await process.by(tokens(rotated));
    expect(await connecting(process.url, old)).toBe("in");
    await process.by(tokens({ ...rotated, hmac_previous_secret_key_valid_until: seconds(-10) }));
    expect(await connecting(process.url, old)).toBe(3500);
    await process.by(tokens({ ...rotated, audience: "us", issuer_regex: "^shop-" }));
    expect(await connecting(process.url, old)).toBe(3500);
    expect(
      await connecting(process.url, token({ sub: "ann", aud: "us", iss: "shop-1" }, { secret: "one" })),
    ).toBe("in");
  });

  test("subscription tokens get keys of their own, and another app its own", async () => {
    const second = (secret: string): Options => ({
      apps: [
        { ...keys.app, public_channels: true },
        { ...secondApp, client: { token: { hmac_secret_key: secret } } },
      ],
    });
    await using process = await Reloaded.start(second("second-1"));
    using client = await connectCentrifugo(process.url);
    const own = { subscription_token: { enabled: true, hmac_secret_key: "for-channels" } };
    await process.by({ ...second("second-2"), ...tokens({ hmac_secret_key: keys.hmac }, own) });
    const sub = (secret: string): Options => ({
      subscribe: { channel: "private-a", token: token({ sub: "ann", channel: "private-a" }, { secret }) },
    });
    expect(await answerTo(client, sub(keys.hmac))).toContain('"code":103');
    expect(await answerTo(client, sub("for-channels"))).toContain('"subscribe":{');

    const ofSecond = (secret: string) =>
      connecting(process.url, token({ sub: "bob" }, { secret }), "/connection/websocket?app=key-2");
    expect(await ofSecond("second-1")).toBe(3500);
    expect(await ofSecond("second-2")).toBe("in");
  });
});

test("SIGHUP asks for keys at an address again only where the options of tokens have changed", async () => {
  await using source = new KeyServer();
  const pair = KeyPair.rsa();
  source.keys = [pair.jwk("one")];
  const jwt = pair.token({ sub: "ann" }, "RS256", { kid: "one" });
  const at = (audience: string, more: Options = {}): Options => ({
    ...tokens({ jwks_public_endpoint: `${source.url}/keys`, audience }),
    ...more,
  });
  await using process = await Reloaded.start(at(""));
  expect(await connecting(process.url, jwt)).toBe("in");
  await process.by(at("", channels([{ name: "chat", ...open }])));
  expect(await connecting(process.url, jwt)).toBe("in");
  expect(source.asked).toHaveLength(1);
  await process.by(at("us"));
  expect(await connecting(process.url, jwt)).toBe(3500);
  expect(source.asked).toHaveLength(2);
});

describe("SIGHUP takes over channel options", () => {
  test("a new namespace is there for both wires, one that is gone for nobody new, and who was there stays", async () => {
    await using process = await Reloaded.start(channels([{ name: "old", ...open }]));
    using centrifugo = await connectCentrifugo(process.url);
    const pusher = await connectPusher(process.url);
    await subscribeCentrifugo(centrifugo, "old:room");
    pusher.socket.send(subscribeEvent("old:room"));
    await pusher.socket.having("subscription_succeeded", "old:room");
    expect(await answerTo(centrifugo, { subscribe: { channel: "new:room" } })).toContain('"code":102');

    expect(await process.by(channels([{ name: "new", ...open }]))).toBe("applied");
    expect(await answerTo(centrifugo, { subscribe: { channel: "new:room" } })).toContain('"subscribe":{');
    pusher.socket.send(subscribeEvent("new:room"));
    await pusher.socket.having("subscription_succeeded", "new:room");
    await publishByApi(process.url, "new:room", { type: "news", data: "fresh" });
    await centrifugo.having('"fresh"');
    await pusher.socket.having("fresh");

    expect(await (await publishByApi(process.url, "old:room", {})).text()).toContain('"code":102');
    using late = await connectCentrifugo(process.url, "late");
    expect(await answerTo(late, { subscribe: { channel: "old:room" } })).toContain('"code":102');
    // Nobody was closed, and what is there can be left.
    expect(await answerTo(centrifugo, { unsubscribe: { channel: "old:room" } })).toContain(
      '"unsubscribe":{}',
    );
    pusher.socket.send(JSON.stringify({ event: "pusher:unsubscribe", data: { channel: "old:room" } }));
    pusher.socket.send(JSON.stringify({ event: "pusher:ping" }));
    await pusher.socket.having("pusher:pong");
    pusher.socket.close();
  });

  test("what a namespace lets clients do is changed for the next command of both wires", async () => {
    const chat = (more: Options): Options => channels([{ name: "chat", ...open, ...more }]);
    await using process = await Reloaded.start(chat({}));
    using centrifugo = await connectCentrifugo(process.url);
    const pusher = await connectPusher(process.url);
    await subscribeCentrifugo(centrifugo, "chat:a");
    pusher.socket.send(subscribeEvent("chat:a"));
    await pusher.socket.having("subscription_succeeded");
    const say = (data: string): Options => ({ publish: { channel: "chat:a", data: { type: "said", data } } });
    expect(await answerTo(centrifugo, say("too early"))).toContain('"code":103');
    const history = { history: { channel: "chat:a", limit: 10 } };
    expect(await answerTo(centrifugo, history)).toContain('"code":108');

    const kept = { history_size: 10, history_ttl: "60s", allow_history_for_client: true };
    await process.by(chat({ ...kept, allow_publish_for_client: true, allow_publish_for_anonymous: true }));
    expect(await answerTo(centrifugo, say("by centrifugo"))).toContain('"publish":{}');

    await pusher.socket.having("by centrifugo");
    pusher.socket.send(JSON.stringify({ event: "client-said", channel: "chat:a", data: "by pusher" }));
    await centrifugo.having("by pusher");
    const page = await answerTo(centrifugo, history);
    expect(page).toContain("by centrifugo");
    expect(page).toContain("by pusher");
    // Whoever joins the channel from now on counts on the stream.
    using late = await connectCentrifugo(process.url, "late");
    expect(await answerTo(late, { subscribe: { channel: "chat:a", positioned: true } })).toContain(
      '"positioned":true',
    );

    await process.by(chat({}));
    expect(await answerTo(centrifugo, say("too late"))).toContain('"code":103');
    pusher.socket.send(JSON.stringify({ event: "client-said", channel: "chat:a", data: "too late" }));
    await pusher.socket.having("pusher:error");
    pusher.socket.close();
  });

  test("a namespace can be given to a prefix of Pusher names, and its recovery be turned on", async () => {
    const apps = (namespaces: Options): Options => ({
      apps: [{ ...keys.app, public_channels: true, namespaces }],
    });
    const kept = {
      name: "kept",
      ...open,
      history_size: 10,
      history_ttl: "60s",
      allow_history_for_client: true,
    };
    await using process = await Reloaded.start({ ...channels([kept]), ...apps({}) });
    await process.by({
      ...channels([{ ...kept, pusher_recovery: "60s" }]),
      ...apps({ "room-": "kept" }),
    });
    const pusher = await connectPusher(process.url);
    pusher.socket.send(subscribeEvent("room-1"));
    await pusher.socket.having("subscription_succeeded");
    await publishByApi(process.url, "room-1", { type: "news", data: "kept" });
    using centrifugo = await connectCentrifugo(process.url);
    expect(await answerTo(centrifugo, { history: { channel: "room-1", limit: 10 } })).toContain('"kept"');
    pusher.socket.close();
  });

  test("a proxy that no namespace named before is asked", async () => {
    const asked: string[] = [];
    using application = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        asked.push(`${request.headers.get("x-seat")} ${await request.text()}`);
        return Response.json({ error: { code: 1000, message: "not you" } });
      },
    });
    const proxies = [{ name: "guard", endpoint: application.url.href, http_headers: ["X-Seat"] }];
    const chat = (more: Options): Options => ({
      ...channels([{ name: "chat", ...open, allow_publish_for_client: true, ...more }]),
      proxies,
    });
    await using process = await Reloaded.start(chat({}));
    const socket = await openCentrifugo(process.url, { headers: { "X-Seat": "7" } });
    socket.send(JSON.stringify({ id: 1, connect: { token: token({ sub: "ann" }) } }));
    await socket.having('"connect":{');
    const publish = { publish: { channel: "chat:a", data: { n: 1 } } };
    expect(await answerTo(socket, publish)).toContain('"publish":{}');
    await process.by(chat({ publish_proxy_enabled: true, publish_proxy_name: "guard" }));
    expect(await answerTo(socket, publish)).toContain('"code":1000');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toStartWith("7 ");
    socket.close();
  });
});

describe("SIGHUP with a file that", () => {
  test("is wrong changes nothing, and is told by the path of the key", async () => {
    await using process = await Reloaded.start(tokens({ hmac_secret_key: "one" }));
    const wrong = {
      ...tokens({ hmac_secret_key: "two" }),
      ...channels([{ name: "chat", history_size: "many" }]),
    };
    expect(await process.by(wrong)).toBe("refused");
    const line = await process.line("not reloaded");
    expect(JSON.parse(line)).toMatchObject({ level: 50, option: "channel.namespaces[0].history_size" });
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "one" }))).toBe("in");
    expect(await process.by("{")).toBe("refused");
    // `serve` asks the same of it as at the start.
    expect(await process.by(tokens({ hmac_secret_key: "secret" }))).toBe("refused");
    await process.line("client.token.hmac_secret_key");
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "one" }))).toBe("in");
  });

  test("changes more is followed where that can be, and the rest is named, without a value", async () => {
    await using process = await Reloaded.start(channels([]));
    const changed = {
      ...channels([{ name: "chat", ...open }]),
      http_server: { address: "127.0.0.1", port: 61_234 },
      apps: [{ ...keys.app, secret: "quite-another", public_channels: true }],
      http_api: { key: "another-api-key" },
    };
    expect(await process.by(changed)).toBe("applied");
    const line = JSON.parse(await process.line("needs a restart")) as { readonly msg: string };
    expect(line).toMatchObject({
      level: 40,
      options: ["apps[0].secret", "http_server.port", "http_api.key"],
      msg: "needs a restart: apps[0].secret, http_server.port, http_api.key",
    });
    expect(process.server.stderr()).not.toContain("another");
    using client = await connectCentrifugo(process.url);
    expect(await answerTo(client, { subscribe: { channel: "chat:a" } })).toContain('"subscribe":{');
    expect((await publishByApi(process.url, "chat:a", {})).status).toBe(200);
  });

  test("does not fit what goes on running is refused as a whole", async () => {
    await using process = await Reloaded.start(channels([{ name: "chat", ...open }]));
    const changed = {
      ...channels([{ name: "chat", ...open, subscribe_proxy_enabled: true, subscribe_proxy_name: "guard" }]),
      ...tokens({ hmac_secret_key: "two" }),
      proxies: [{ name: "guard", endpoint: "http://127.0.0.1:9/" }],
    };
    expect(await process.by(changed)).toBe("refused");
    expect(await process.line("not reloaded")).toContain("channel.namespaces[0].subscribe_proxy_name");
    using client = await connectCentrifugo(process.url);
    expect(await answerTo(client, { subscribe: { channel: "chat:a" } })).toContain('"subscribe":{');
  });

  test("no longer names a certificate that has been deleted meanwhile is followed", async () => {
    using authority = new Authority();
    using files = new TempFolder();
    const [old, renewed] = [files.write("old.pem", authority.pem), files.write("new.pem", authority.pem)];
    const guard = (ca: string): Options => ({
      proxies: [
        {
          name: "guard",
          endpoint: "https://127.0.0.1:9/",
          http: { tls: { enabled: true, server_ca_pem: ca } },
        },
      ],
    });
    await using process = await Reloaded.start({ ...tokens({ hmac_secret_key: "one" }), ...guard(old) });
    rmSync(old);
    expect(await process.by({ ...tokens({ hmac_secret_key: "two" }), ...guard(renewed) })).toBe("applied");
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "two" }))).toBe("in");
    // The text is the same, wherever it stands.
    expect(process.server.stderr()).not.toContain("needs a restart");
    using another = new Authority("another");
    files.write("new.pem", another.pem);
    await process.by({ ...tokens({ hmac_secret_key: "two" }), ...guard(renewed) });
    expect(await process.line("needs a restart")).toContain("proxies[0].http.tls.server_ca_pem");
  });

  test("is overruled by the environment stays so", async () => {
    const env = { TWINWIRE_CLIENT_TOKEN_HMAC_SECRET_KEY: "of-the-environment" };
    await using process = await Reloaded.start(tokens({ hmac_secret_key: "one" }), env);
    await process.by({ ...tokens({ hmac_secret_key: "two" }), ...channels([{ name: "chat", ...open }]) });
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "two" }))).toBe(3500);
    expect(await connecting(process.url, token({ sub: "ann" }, { secret: "of-the-environment" }))).toBe("in");
  });
});
