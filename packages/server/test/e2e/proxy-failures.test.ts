import { describe, expect, test } from "bun:test";
import { freePort } from "../free-port.ts";
import { keys, startTestServer, type TestServer } from "../server.ts";
import { Application, type Call } from "./application.ts";
import { codeOr, connected } from "./official-client.ts";
import { HostileApplication } from "./hostile-application.ts";
import { connectCentrifugo, openCentrifugo } from "./raw-centrifugo.ts";
import type { RawSocket } from "./raw-socket.ts";
import { Scrape } from "./scrape.ts";
import { token } from "./tokens.ts";

function serverFor(proxy: object, more: object = {}): TestServer {
  return startTestServer({
    client: { token: { hmac_secret_key: keys.hmac }, proxy: { connect: { enabled: true, ...proxy } } },
    ...more,
  });
}

/** The error or close code that a client without a token is refused with. */
async function refusal(server: TestServer): Promise<string> {
  const socket = await openCentrifugo(server.url);
  socket.send('{"id":1,"connect":{}}');
  const error = socket.having('"id":1');
  return Promise.race([error, socket.closed.then(({ code, reason }) => `${code} ${reason}`)]);
}

const internal = '{"id":1,"error":{"code":100,"message":"internal server error","temporary":true}}';

describe("what is no answer is error 100, counted by its reason", () => {
  test.each<[string, string]>([
    ["status/500", "status-5xx"],
    ["status/503", "status-5xx"],
    ["status/429", "status-4xx"],
    ["status/404", "status-4xx"],
    ["status/201", "status-other"],
    ["status/204", "status-other"],
    ["status/302", "redirect"],
    ["status/307", "redirect"],
    ["garbage", "no-answer"],
    ["cut", "no-answer"],
    ["drip", "timeout"],
    ["hang", "timeout"],
    ["huge", "too-large"],
    ["gzip", "bad-json"],
    ["text/", "bad-json"],
    ["text/null", "bad-json"],
    ["text/[]", "bad-json"],
    ['text/{"result":1}', "bad-answer"],
    ['text/{"error":{}}', "bad-answer"],
    ['text/{"error":[]}', "bad-answer"],
    ['text/{"disconnect":{"code":4000,"reason":1}}', "bad-answer"],
    ['text/{"result":{"user":"a","subs":{"x":1}}}', "bad-answer"],
    ['text/{"result":{"user":"a","expire_at":"soon"}}', "bad-answer"],
    ['text/{"result":{"user":"a","channels":[1]}}', "bad-answer"],
    ['text/{"result":{"user":"a","meta":[]}}', "bad-answer"],
  ])("%s: %s", async (how, reason) => {
    await using application = await HostileApplication.start();
    const [kind = "", text] = how.split(/\/(.*)/);
    const path = text === undefined ? kind : `${kind}/${encodeURIComponent(text)}`;
    await using server = serverFor({ endpoint: application.url(path), timeout: "400ms" });
    expect(await refusal(server)).toBe(internal);
    const scrape = await Scrape.of(server.url);
    expect(scrape.value("twinwire_proxy_failures_total", { proxy: "client.proxy.connect", reason })).toBe(1);
    expect(scrape.value("twinwire_proxy_failures_total")).toBe(1);
    expect(scrape.value("twinwire_proxy_calls_open")).toBe(0);
    expect(scrape.defects).toBe(0);
  });

  test("nobody listens", async () => {
    await using server = serverFor({ endpoint: `http://127.0.0.1:${freePort()}/` });
    expect(await refusal(server)).toBe(internal);
    expect(
      (await Scrape.of(server.url)).value("twinwire_proxy_failures_total", { reason: "no-answer" }),
    ).toBe(1);
  });

  test("and for every other command", async () => {
    await using application = await HostileApplication.start();
    const proxy = { endpoint: application.url("status/500") };
    const asked = { subscribe_proxy_enabled: true, publish_proxy_enabled: true };
    await using server = startTestServer({
      channel: { proxy: { subscribe: proxy, publish: proxy }, without_namespace: asked },
      rpc: { proxy, without_namespace: { proxy_enabled: true } },
    });
    const { centrifuge } = await connected(server.url, { token: token({ sub: "ann" }) });
    expect(await codeOr(centrifuge.publish("a", 1))).toBe(100);
    expect(await codeOr(centrifuge.rpc("a", 1))).toBe(100);
    centrifuge.disconnect();
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"subscribe":{"channel":"a"}}');
    await socket.having('{"id":2,"error":{"code":100,');
    socket.close();
  });
});

describe("statuses that say something", () => {
  const transforms = [
    { status_code: 404, to_error: { code: 404, message: "not there", temporary: true } },
    { status_code: 403, to_disconnect: { code: 4503, reason: "banned" } },
  ];
  test.each([
    ["404", '{"id":1,"error":{"code":404,"message":"not there","temporary":true}}'],
    ["403", "4503 banned"],
    ["500", internal],
  ])("%s", async (status, expected) => {
    await using application = await HostileApplication.start();
    await using server = serverFor({
      endpoint: application.url(`status/${status}`),
      http: { status_to_code_transforms: transforms },
    });
    expect(await refusal(server)).toBe(expected);
  });
});

describe("while the application is asked", () => {
  /** Answers the RPC `slow` when it is released, and others at once. */
  class HeldApplication extends Application {
    release = (): void => undefined;

    constructor() {
      super({ publish: { result: {} } });
      const gate = new Promise<void>((resolve) => {
        this.release = resolve;
      });
      this.on("rpc", async ({ body }: Call) => {
        if (body["method"] === "slow") await gate;
        return { result: { data: body["method"] } };
      });
    }
  }

  function rpcServer(application: Application, client: object = {}): TestServer {
    return startTestServer({
      client: { token: { hmac_secret_key: keys.hmac }, ...client },
      channel: {
        proxy: { publish: application.proxy("publish") },
        without_namespace: { publish_proxy_enabled: true, allow_subscribe_for_client: true },
      },
      rpc: {
        proxy: application.proxy("rpc", { timeout: "30s" }),
        without_namespace: { proxy_enabled: true },
      },
    });
  }

  const idsOf = (socket: RawSocket): readonly number[] =>
    socket.frames.all
      .flatMap((frame) => frame.split("\n"))
      .map((text) => (JSON.parse(text) as { id?: number }).id ?? 0)
      .filter((id) => id > 1);

  test("the client's other commands wait, and are answered in order, once", async () => {
    await using application = new HeldApplication();
    await using server = rpcServer(application);
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"rpc":{"method":"slow"}}\n{"id":3,"rpc":{"method":"a"}}');
    for (let id = 4; id < 60; id += 2) {
      socket.send(`{"id":${id},"publish":{"channel":"a","data":${id}}}`);
      socket.send(`{"id":${id + 1},"rpc":{"method":"m${id}"}}`);
    }
    await application.call("rpc");
    expect(idsOf(socket)).toEqual([]);
    application.release();
    await socket.having('"id":59,');
    expect(idsOf(socket)).toEqual(Array.from({ length: 58 }, (_, i) => i + 2));
    expect(application.bodies("rpc")).toHaveLength(30);
    socket.close();
  });

  test("who sends without end is closed, and nobody else", async () => {
    await using application = new HeldApplication();
    await using server = rpcServer(application);
    const socket = await connectCentrifugo(server.url);
    const other = await connectCentrifugo(server.url, "bob");
    socket.send('{"id":2,"rpc":{"method":"slow"}}');
    await application.call("rpc");
    for (let id = 3; id < 1_100; id += 1) socket.send(`{"id":${id},"rpc":{"method":"x"}}`);
    expect(await socket.closed).toMatchObject({ code: 3013 });
    other.send('{"id":2,"rpc":{"method":"quick"}}');
    await other.having('"data":"quick"');
    application.release();
    other.close();
  });

  test("who leaves leaves nothing behind: the answer is dropped, and counted", async () => {
    await using application = new HeldApplication();
    await using server = rpcServer(application);
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"rpc":{"method":"slow"}}\n{"id":3,"publish":{"channel":"a","data":1}}');
    await application.call("rpc");
    socket.close();
    await socket.closed;
    const other = await connectCentrifugo(server.url, "bob");
    application.release();
    const late = async (): Promise<number> =>
      (await Scrape.of(server.url)).value("twinwire_proxy_late_total");
    while ((await late()) === 0) await Bun.sleep(5);
    const scrape = await Scrape.of(server.url);
    expect(await late()).toBe(1);
    expect(scrape.value("twinwire_connections", { wire: "centrifugo" })).toBe(1);
    expect(scrape.value("twinwire_proxy_calls_open")).toBe(0);
    expect(scrape.defects).toBe(0);
    expect(application.bodies("publish")).toEqual([]);
    other.close();
  });

  test("who leaves while it is being let in was never there", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using application = new Application({
      connect: async () => {
        await gate;
        return { result: { user: "ann", channels: ["presence-a"] } };
      },
    });
    await using server = serverFor(application.proxy("connect"));
    const socket = await openCentrifugo(server.url);
    socket.send('{"id":1,"connect":{}}');
    await application.call("connect");
    socket.close();
    await socket.closed;
    release();
    while ((await Scrape.of(server.url)).value("twinwire_proxy_late_total") === 0) await Bun.sleep(5);
    const scrape = await Scrape.of(server.url);
    for (const name of ["connections", "connections_total", "subscriptions", "channels"])
      expect(scrape.value(`twinwire_${name}`, { wire: "centrifugo" })).toBe(0);
    expect(scrape.defects).toBe(0);
  });

  test("a slow proxy holds up nobody who asks another, nor who asks nobody", async () => {
    await using application = new HeldApplication();
    await using server = rpcServer(application);
    const waiting = await Promise.all(
      Array.from({ length: 300 }, (_, i) => connectCentrifugo(server.url, `user-${i}`)),
    );
    for (const socket of waiting) socket.send('{"id":2,"rpc":{"method":"slow"}}');
    const full = async (): Promise<boolean> => {
      const scrape = await Scrape.of(server.url);
      const of = { proxy: "rpc.proxy" };
      return (
        scrape.value("twinwire_proxy_calls_open", of) === 64 &&
        scrape.value("twinwire_proxy_calls_waiting", of) === 236
      );
    };
    while (!(await full())) await Bun.sleep(5);
    const other = await connectCentrifugo(server.url, "bob");
    other.send('{"id":2,"subscribe":{"channel":"a"}}\n{"id":3,"publish":{"channel":"a","data":1}}');
    await other.having('{"id":3,"publish":{}}');
    application.release();
    for (const socket of waiting) await socket.having('"data":"slow"');
    expect(application.bodies("rpc")).toHaveLength(300);
    for (const socket of [...waiting, other]) socket.close();
  });

  test("pings go on, and their answers count when they are heard", async () => {
    await using application = new HeldApplication();
    await using server = rpcServer(application, { ping_interval: "2s", pong_timeout: "1s" });
    const socket = await connectCentrifugo(server.url);
    socket.send('{"id":2,"rpc":{"method":"slow"}}');
    let pings = 0;
    const answering = (async () => {
      for (;;) {
        const frame = await socket.frames.next();
        if (frame !== "{}") continue;
        pings += 1;
        socket.send("{}");
        if (pings === 3) return;
      }
    })();
    await answering;
    application.release();
    await socket.having('"data":"slow"');
    socket.send('{"id":3,"rpc":{"method":"after"}}');
    await socket.having('"data":"after"');
    socket.close();
  });
});
