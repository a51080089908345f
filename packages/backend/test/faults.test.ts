import { describe, expect, test } from "bun:test";
import { CentrifugoPublisher, PublishError, PusherPublisher, type PublisherOptions } from "@twinwire/backend";
import {
  awkwardServer,
  cuts,
  cutsInTheMiddle,
  hangs,
  hangsInTheMiddle,
  nowhere,
  says,
  type Answering,
  type AwkwardServer,
} from "./awkward-server.ts";

const secret = "a-secret-that-nobody-may-see";
/** Pauses of no length: what is tested is whether there is another try. */
const quick = { backoff: { first: 0 } } as const;

const publishers = {
  pusher: (url: string, options: PublisherOptions = {}) => {
    const made = new PusherPublisher({ url, appId: "1000", key: "app-key", secret, ...quick, ...options });
    return () => made.trigger("news", "hello", { n: 1 });
  },
  centrifugo: (url: string, options: PublisherOptions = {}) => {
    const made = new CentrifugoPublisher({ url, apiKey: secret, ...quick, ...options });
    return () => made.publish("news", { n: 1 });
  },
};
const good = { pusher: says(200, "{}"), centrifugo: says(200, '{"result":{}}') };
const wires = ["pusher", "centrifugo"] as const;

/** The error that a call ends with; it must be one of ours, and keep the secret. */
async function failure(call: () => Promise<unknown>): Promise<PublishError> {
  const cause: unknown = await call().then(
    () => new Error("it was done"),
    (why: unknown) => why,
  );
  if (!(cause instanceof PublishError)) throw cause;
  expect(Bun.inspect(cause) + JSON.stringify(cause) + String(cause.stack)).not.toContain(secret);
  return cause;
}

describe.each(wires)("a call of the %s API", (wire) => {
  const publisher = publishers[wire];

  test.each<[string, Answering]>([
    ["is overloaded", says(429)],
    ["is stopping", says(503)],
    ["has no server behind it", says(502, "<html>Bad Gateway</html>")],
    ["cuts the connection", cuts],
    ["cuts the connection in the middle of the answer", cutsInTheMiddle],
  ])("is repeated where the server %s, and then done", async (_, answering) => {
    await using server = await awkwardServer(answering, answering, good[wire]);
    await publisher(server.url)();
    expect(server.asked).toHaveLength(3);
  });

  test("is repeated where no answer comes in time", async () => {
    await using server = await awkwardServer(hangs, hangsInTheMiddle, good[wire]);
    await publisher(server.url, { timeout: 50 })();
    expect(server.asked).toHaveLength(3);
  });

  test("is given up on after the last try, with the fault of that", async () => {
    await using server = await awkwardServer(says(503, '{"error":"stopping","message":"stopping"}'));
    const { fault, attempts } = await failure(publisher(server.url));
    expect({ fault, attempts }).toEqual({
      fault: { kind: "unavailable", status: 503, reason: "stopping" },
      attempts: 3,
    });
    expect(server.asked).toHaveLength(3);
  });

  test("is tried once without retries", async () => {
    await using server = await awkwardServer(hangs);
    const { fault, attempts } = await failure(publisher(server.url, { retries: 0, timeout: 50 }));
    expect({ fault, attempts }).toEqual({ fault: { kind: "timeout", after: 50 }, attempts: 1 });
  });

  test("tells that nobody listens", async () => {
    const { fault, attempts } = await failure(publisher(await nowhere()));
    expect(fault.kind).toBe("unreachable");
    expect(attempts).toBe(3);
  });

  test("is not repeated where the server asks for a longer pause than there is to give", async () => {
    await using server = await awkwardServer(says(503, "", { "retry-after": "60" }));
    const { fault, attempts } = await failure(publisher(server.url));
    expect(fault).toMatchObject({ kind: "unavailable", retryAfter: 60_000 });
    expect(attempts).toBe(1);
  });

  test("is repeated after the pause that the server asks for", async () => {
    await using server = await awkwardServer(says(503, "", { "retry-after": "0" }), good[wire]);
    await publisher(server.url)();
    expect(server.asked).toHaveLength(2);
  });

  test.each<[string, Answering, object]>([
    ["a page", says(200, "<html>Welcome</html>"), { kind: "unexpected-answer", status: 200 }],
    ["nothing", says(200, ""), { kind: "unexpected-answer", reason: "the answer is empty" }],
    ["a list", says(200, "[]"), { kind: "unexpected-answer" }],
    ["a key that is not this one", says(401, ""), { kind: "unauthorized", status: 401 }],
    ["too much data", says(413, "Too Large"), { kind: "too-large", status: 413, reason: "Too Large" }],
    ["no such path", says(404, "404 page not found\n"), { kind: "refused", status: 404 }],
    ["the key itself", says(400, `no ${secret} here`), { kind: "refused", reason: "no … here" }],
  ])("is told of %s, and not repeated", async (_, answering, fault) => {
    await using server = await awkwardServer(answering);
    const error = await failure(publisher(server.url));
    expect(error.fault).toMatchObject(fault);
    expect([error.attempts, server.asked.length]).toEqual([1, 1]);
  });

  test.each([301, 302, 307, 308])("does not follow a redirect with status %p", async (status) => {
    await using elsewhere = await awkwardServer(good[wire]);
    await using server = await awkwardServer(
      says(status, "", { location: `${elsewhere.url}/there?auth_signature=1` }),
    );
    const { fault, attempts } = await failure(publisher(server.url));
    expect(fault).toEqual({
      kind: "unexpected-answer",
      status,
      reason: `a redirect to ${elsewhere.url}/there`,
    });
    expect([attempts, elsewhere.asked.length]).toEqual([1, 0]);
  });

  test("shows where it went, and neither key nor signature", async () => {
    await using server = await awkwardServer(says(404, "nothing here"));
    const { message } = await failure(publisher(server.url));
    const path = wire === "pusher" ? "/apps/1000/events" : "/api/publish";
    expect(message).toBe(`POST ${server.url}${path}: refused with status 404: nothing here`);
  });

  test("shows neither key nor signature where the server repeats them", async () => {
    await using server = await awkwardServer((response) => {
      const { target = "", headers = {} } = server.asked.at(-1) ?? {};
      const signature = new URLSearchParams(target.split("?")[1]).get("auth_signature") ?? secret;
      const known = JSON.stringify(headers).includes(secret) ? secret : signature;
      // The first one is cut in the middle.
      response.writeHead(400).end(`${"x".repeat(300 - known.length / 2)}${known} you sent ${known}`);
    });
    const { message } = await failure(publisher(server.url));
    expect(message).toMatch(/x… you sent …$/);
  });

  test("shows no more than the beginning of what the server says", async () => {
    const text = "x".repeat(10_000);
    const body = JSON.stringify({ code: 107, message: text, error: text });
    await using server = await awkwardServer(says(400, body));
    const { message } = await failure(publisher(server.url));
    expect(message.length).toBeLessThan(500);
  });

  test("repeats no word of a fetch that shows its URL", async () => {
    const fetch = (url: string): Promise<Response> => {
      const path = { path: url, code: "ECONNRESET" };
      return Promise.reject(Object.assign(new Error(`cannot fetch ${url} with ${secret}`), path));
    };
    const { fault, message } = await failure(publisher("http://127.0.0.1:1", { fetch, retries: 0 }));
    expect(fault).toMatchObject({ kind: "unreachable", cause: { code: "ECONNRESET" } });
    expect(message).not.toContain("auth_signature");
  });
});

describe("the same publication", () => {
  test("is signed anew for each try", async () => {
    await using server = await awkwardServer(cuts, good.pusher);
    const made = new PusherPublisher({ url: server.url, appId: "1", key: "k", secret, ...quick });
    await made.trigger("news", "hello", "text as it is");
    const [first, second] = server.asked;
    expect(first?.body).toBe('{"name":"hello","channels":["news"],"data":"text as it is"}');
    expect(second?.body).toBe(first?.body ?? "");
    expect(second?.target).toContain("/apps/1/events?auth_key=k&auth_timestamp=");
  });

  test.each([
    ["publish", (by: CentrifugoPublisher) => by.publish("a", 1), '{"result":{}}', "idempotency_key"],
    [
      "broadcast",
      (by: CentrifugoPublisher) => by.broadcast(["a"], 1),
      '{"result":{"responses":[{"result":{}}]}}',
      "idempotency_key",
    ],
    [
      "batch",
      (by: CentrifugoPublisher) => by.batch([{ method: "publish", channel: "a", data: 1 }]),
      '{"replies":[{"publish":{}}]}',
      "commands",
    ],
  ])("keeps its idempotency key through all tries of a %s", async (_, call, answer, field) => {
    await using server = await awkwardServer(cuts, says(503), says(200, answer));
    const made = new CentrifugoPublisher({ url: server.url, apiKey: secret, ...quick });
    await call(made);
    await call(made);
    const [first, second, third, another] = fields(server, field);
    expect(first).toMatch(/[0-9a-f-]{36}/);
    expect([second, third]).toEqual([first, first]);
    expect(another).not.toBe(first);
  });

  test("has no idempotency key where it is tried once, and the caller's own where there is one", async () => {
    await using server = await awkwardServer(good.centrifugo);
    const once = new CentrifugoPublisher({ url: server.url, apiKey: secret, retries: 0 });
    await once.publish("a", 1);
    await once.publish("a", 1, { idempotencyKey: "mine" });
    expect(fields(server, "idempotency_key")).toEqual([undefined, '"mine"']);
  });

  test("is repeated on an error that Centrifugo calls temporary, and no other", async () => {
    const busy = says(200, '{"error":{"code":100,"message":"internal server error"}}');
    const unknown = says(200, '{"error":{"code":102,"message":"unknown channel"}}');
    await using server = await awkwardServer(busy, unknown);
    const { fault, attempts } = await failure(publishers.centrifugo(server.url));
    expect(fault).toEqual({ kind: "refused", status: 200, code: 102, reason: "unknown channel" });
    expect(attempts).toBe(2);
  });

  test("is refused with Centrifugo's code also where the status tells of it", async () => {
    await using server = await awkwardServer(says(404, '{"code":102,"message":"unknown channel"}'));
    const { fault } = await failure(publishers.centrifugo(server.url));
    expect(fault).toEqual({ kind: "refused", status: 404, code: 102, reason: "unknown channel" });
  });
});

describe("another server's answer is not taken for success", () => {
  test.each<[string, (by: CentrifugoPublisher) => Promise<unknown>, string]>([
    ["a broadcast without its results", (by) => by.broadcast(["a"], 1), '{"result":{"responses":[null]}}'],
    ["a broadcast of fewer", (by) => by.broadcast(["a", "b"], 1), '{"result":{"responses":[{"result":{}}]}}'],
    ["a publication without a result", (by) => by.publish("a", 1), '{"ok":true}'],
    ["a batch of nothing", (by) => by.batch([{ method: "info" }]), '{"replies":[{}]}'],
  ])("%s", async (_, call, answer) => {
    await using server = await awkwardServer(says(200, answer));
    const { fault } = await failure(() =>
      call(new CentrifugoPublisher({ url: server.url, apiKey: secret, ...quick })),
    );
    expect(fault).toMatchObject({ kind: "unexpected-answer", status: 200 });
  });

  test.each<[string, (by: PusherPublisher) => Promise<unknown>, string]>([
    ["an event with an error", (by) => by.trigger("a", "b", 1), '{"error":"no such page"}'],
    ["channels without any", (by) => by.channels(), '{"hello":"world"}'],
    ["a channel of nothing", (by) => by.channel("a"), "{}"],
    ["users of nothing", (by) => by.users("presence-a"), "{}"],
  ])("%s", async (_, call, answer) => {
    await using server = await awkwardServer(says(200, answer));
    const made = new PusherPublisher({ url: server.url, appId: "1", key: "k", secret, ...quick });
    const { fault } = await failure(() => call(made));
    expect(fault).toMatchObject({ kind: "unexpected-answer", status: 200 });
  });

  test("no channel may be an empty list, as PHP writes it", async () => {
    await using server = await awkwardServer(says(200, '{"channels":[]}'));
    const made = new PusherPublisher({ url: server.url, appId: "1", key: "k", secret });
    expect(await made.channels()).toEqual({});
  });
});

function fields({ asked }: AwkwardServer, name: string): readonly (string | undefined)[] {
  return asked.map(({ body }) => JSON.stringify((JSON.parse(body) as Record<string, unknown>)[name]));
}

describe("a publisher is not made", () => {
  const pusher = { appId: "1", key: "k", secret: "s" };

  test.each<[string, () => unknown]>([
    ["with a URL that is none", () => new PusherPublisher({ url: "example.org", ...pusher })],
    ["with another scheme", () => new PusherPublisher({ url: "wss://example.org", ...pusher })],
    ["with a query", () => new PusherPublisher({ url: "https://example.org?a=1", ...pusher })],
    ["without an app", () => new PusherPublisher({ url: "https://a.b", ...pusher, appId: "" })],
    ["without a secret", () => new PusherPublisher({ url: "https://a.b", ...pusher, secret: "" })],
    ["without an API key", () => new CentrifugoPublisher({ url: "https://a.b", apiKey: "" })],
    ["with a key that no header carries", () => new CentrifugoPublisher({ url: "https://a.b", apiKey: "é" })],
    ["with no time", () => new CentrifugoPublisher({ url: "https://a.b", apiKey: "k", timeout: 0 })],
    ["with half a retry", () => new CentrifugoPublisher({ url: "https://a.b", apiKey: "k", retries: 0.5 })],
    [
      "with a backoff that shrinks",
      () => new CentrifugoPublisher({ url: "https://a.b", apiKey: "k", backoff: { first: 2, most: 1 } }),
    ],
  ])("%s", (_, make) => {
    expect(make).toThrow(TypeError);
  });

  test("with a password in the URL, which the error does not repeat", () => {
    const make = (): unknown => new PusherPublisher({ url: `https://u:${secret}@example.org`, ...pusher });
    expect(make).toThrow("url has no user and no password in it");
  });
});
