import { describe, expect, test } from "bun:test";
import { Bench } from "./api-bench.test.ts";

describe("disconnect", () => {
  test.each([
    [undefined, { code: undefined, comeBack: false }],
    [
      { code: 3000, reason: "r" },
      { code: 3000, comeBack: true },
    ],
    [
      { code: 3499, reason: "r" },
      { code: 3499, comeBack: true },
    ],
    [
      { code: 3500, reason: "r" },
      { code: 3500, comeBack: false },
    ],
    [
      { code: 4000, reason: "r" },
      { code: 4000, comeBack: true },
    ],
    [
      { code: 4500, reason: "r" },
      { code: 4500, comeBack: false },
    ],
    [
      { code: 4999, reason: "r", reconnect: true },
      { code: 4999, comeBack: false },
    ],
    [{ reason: "r" }, { code: 3503, comeBack: false }],
  ])("with %p", async (disconnect, { code, comeBack }) => {
    const bench = new Bench();
    const client = bench.client("centrifugo", "c1", "u");
    const other = bench.client("centrifugo", "c2", "v");
    expect(await bench.post("disconnect", { user: "u", disconnect })).toBe('{"result":{}}');
    expect(client.closure?.comeBack).toBe(comeBack);
    expect(client.closure?.custom).toEqual(code === undefined ? undefined : { code, reason: "r" });
    expect(other.closure).toBeUndefined();
  });

  test.each([
    { code: 1000, reason: "r" },
    { code: 2999, reason: "r" },
    { code: 5000, reason: "r" },
    { code: 65_535, reason: "r" },
    { code: 4000, reason: "ü".repeat(62) },
  ])("refuses %p, which no connection could be told", async (disconnect) => {
    const bench = new Bench();
    const client = bench.client("centrifugo", "c1", "u");
    expect(await bench.post("disconnect", { user: "u", disconnect })).toContain('"code":107');
    expect(client.closure).toBeUndefined();
  });

  test("spares the whitelist, and reaches one connection by its client id", async () => {
    const bench = new Bench();
    const [a, b, c] = ["a", "b", "c"].map((id) => bench.client("centrifugo", id, "u"));
    await bench.post("disconnect", { user: "u", client: "a" });
    expect([a?.closed, b?.closed, c?.closed]).toEqual([true, false, false]);
    await bench.post("disconnect", { user: "u", whitelist: ["b"] });
    expect([b?.closed, c?.closed]).toEqual([false, true]);
  });

  test("in gocent's spelling, `Disconnect`, which Centrifugo reads as well", async () => {
    const bench = new Bench();
    const client = bench.client("centrifugo", "c1", "u");
    const disconnect = { code: 4500, reason: "bye", reconnect: false };
    await bench.post("disconnect", { user: "u", Disconnect: disconnect, ClientWhitelist: null });
    expect(client.closure?.custom).toEqual({ code: 4500, reason: "bye" });
  });

  test("of nobody means anonymous Centrifugo clients, never Pusher ones", async () => {
    const bench = new Bench();
    const centrifugo = bench.client("centrifugo", "a");
    const pusher = bench.client("pusher", "b");
    await bench.post("disconnect", {});
    expect(centrifugo.closed).toBe(true);
    expect(pusher.closed).toBe(false);
  });
});

describe("subscribe and unsubscribe", () => {
  test("a client is subscribed with what the application says, and told", async () => {
    const bench = new Bench();
    const client = bench.client("centrifugo", "c1", "u");
    const text = await bench.post(
      "subscribe",
      '{"user":"u","channel":"chat:a","info":{"n": 1.0},"data":[1],"override":{"force_recovery":{"value":true}},"recover_since":{"offset":7,"epoch":"e"}}',
    );
    expect(text).toBe('{"result":{}}');
    expect(client.told).toMatchObject([
      {
        kind: "subscribed",
        channel: "chat:a",
        data: "[1]",
        outcome: { position: { offset: 7, epoch: "e" }, recoverable: true },
      },
    ]);
    expect(await bench.post("presence", { channel: "chat:a" })).toBe(
      '{"result":{"presence":{"c1":{"user":"u","client":"c1","chan_info":{"n": 1.0}}}}}',
    );
    await bench.post("unsubscribe", { user: "u", channel: "chat:a" });
    expect(client.subscriptions.size).toBe(0);
    expect(client.told.at(-1)).toMatchObject({ kind: "unsubscribed", channel: "chat:a" });
  });

  test("info may come in base64; bytes are nothing that JSON could show", async () => {
    const bench = new Bench();
    bench.client("centrifugo", "c1", "u");
    expect(await bench.post("subscribe", { user: "u", channel: "chat:a", b64info: "A" })).toContain(
      '"code":107',
    );
    await bench.post("subscribe", { user: "u", channel: "chat:b", b64info: "AAE=" });
    expect(await bench.post("presence", { channel: "chat:b" })).toContain('"c1":{"user":"u","client":"c1"}');
    await bench.post("subscribe", { user: "u", channel: "chat:a", b64info: btoa('{"a":1}') });
    expect(await bench.post("presence", { channel: "chat:a" })).toContain('"chan_info":{"a":1}');
  });

  test.each([
    ["subscribe", { channel: "" }, 107],
    ["subscribe", { channel: "nowhere:a" }, 102],
    ["subscribe", { channel: "#server-to-user-u" }, 103],
    ["unsubscribe", { channel: "nowhere:a" }, 102],
    ["refresh", { b64info: "!" }, 107],
    ["rpc", {}, 107],
    ["rpc", { method: "x" }, 104],
  ])("%s %p is refused with %p", async (method, params, code) => {
    const bench = new Bench();
    const client = bench.client("centrifugo", "c1", "u");
    expect(await bench.post(method, { user: "u", ...params })).toContain(`"code":${code}`);
    expect(client.told).toEqual([]);
    expect(client.closed).toBe(false);
  });
});

describe("presence", () => {
  test("lists every client of both wires by the id that others see", async () => {
    const bench = new Bench();
    const centrifugo = bench.client("centrifugo", "c1", "u");
    centrifugo.connInfo = '{"name":"Ü"}';
    bench.subscriber(centrifugo, "presence-a");
    bench.subscriber(bench.client("pusher", "p1", "v"), "presence-a", '{"n":1}');
    bench.subscriber(bench.client("pusher", "p2", "v"), "presence-a");
    expect(JSON.parse(await bench.post("presence", { channel: "presence-a" }))).toEqual({
      result: {
        presence: {
          c1: { user: "u", client: "c1", conn_info: { name: "Ü" } },
          p1: { user: "v", client: "p1", chan_info: { n: 1 } },
          p2: { user: "v", client: "p2" },
        },
      },
    });
    expect(await bench.post("presence_stats", { channel: "presence-a" })).toBe(
      '{"result":{"num_clients":3,"num_users":2}}',
    );
  });

  test("of nobody is an empty object, and where there is none it is refused", async () => {
    const bench = new Bench();
    expect(await bench.post("presence", { channel: "chat:a" })).toBe('{"result":{"presence":{}}}');
    for (const method of ["presence", "presence_stats"]) {
      expect(await bench.post(method, { channel: "news" })).toContain('"code":108');
      expect(await bench.post(method, { channel: "nowhere:a" })).toContain('"code":102');
      expect(await bench.post(method, {})).toContain('"code":107');
    }
  });
});

describe("history", () => {
  async function filled(): Promise<{ bench: Bench; epoch: string }> {
    const bench = new Bench();
    for (const data of [1, 2, 3]) await bench.post("publish", { channel: "chat:a", data });
    const { result } = JSON.parse(await bench.post("history", { channel: "chat:a" })) as {
      result: { epoch: string };
    };
    return { bench, epoch: result.epoch };
  }

  test("without a limit is the position alone, with all its fields", async () => {
    const { bench, epoch } = await filled();
    expect(await bench.post("history", { channel: "chat:a" })).toBe(
      `{"result":{"publications":[],"offset":3,"epoch":"${epoch}"}}`,
    );
  });

  const pages: readonly [{ limit: number; reverse?: boolean }, number | undefined, number[]][] = [
    [{ limit: -1 }, undefined, [1, 2, 3]],
    [{ limit: 2 }, undefined, [1, 2]],
    [{ limit: 2, reverse: true }, undefined, [3, 2]],
    [{ limit: 5 }, 1, [2, 3]],
    [{ limit: 5, reverse: true }, 3, [2, 1]],
  ];
  test.each(pages)("%p since %p", async (query, offset, expected) => {
    const { bench, epoch } = await filled();
    const since = offset === undefined ? {} : { since: { offset, epoch } };
    const text = await bench.post("history", { channel: "chat:a", ...query, ...since });
    expect(JSON.parse(text)).toEqual({
      result: { publications: expected.map((n) => ({ data: n, offset: n })), offset: 3, epoch },
    });
  });

  test("says who published, and keeps bytes in base64", async () => {
    const bench = new Bench();
    await bench.post("publish", { channel: "binary:a", b64data: "AAE=" });
    await bench.post("publish", { channel: "binary:a" });
    const text = await bench.post("history", { channel: "binary:a", limit: 5 });
    expect(text).toContain('"publications":[{"b64data":"AAE=","offset":1},{"offset":2}]');
  });

  test("is gone once it is removed, and refused where there is none", async () => {
    const { bench } = await filled();
    expect(await bench.post("history_remove", { channel: "chat:a" })).toBe('{"result":{}}');
    expect(await bench.post("history", { channel: "chat:a", limit: 5 })).toContain('"publications":[]');
    for (const method of ["history", "history_remove"]) {
      expect(await bench.post(method, { channel: "news" })).toContain('"code":108');
      expect(await bench.post(method, { channel: "nowhere:a" })).toContain('"code":102');
    }
  });

  test.each([
    [{ since: { offset: 1, epoch: "another" } }, 112],
    [{ since: { offset: 0, epoch: "" }, reverse: true }, 107],
  ])("%p is refused with %p", async (query, code) => {
    const { bench } = await filled();
    expect(await bench.post("history", { channel: "chat:a", limit: 1, ...query })).toContain(
      `"code":${code}`,
    );
  });
});

describe("channels and info", () => {
  function occupied(): Bench {
    const bench = new Bench();
    const one = bench.client("centrifugo", "c1", "u");
    const two = bench.client("pusher", "p1", "u");
    bench.subscriber(one, "news");
    bench.subscriber(two, "news");
    bench.subscriber(one, "chat:a");
    return bench;
  }

  test.each([
    ["", { news: { num_clients: 2 }, "chat:a": { num_clients: 1 } }],
    ["*", { news: { num_clients: 2 }, "chat:a": { num_clients: 1 } }],
    ["chat:*", { "chat:a": { num_clients: 1 } }],
    ["nobody", {}],
  ])("channels of the pattern %p, with the subscribers of both wires", async (pattern, channels) => {
    expect(JSON.parse(await occupied().post("channels", { pattern }))).toEqual({ result: { channels } });
  });

  test("a pattern that cannot be read is refused", async () => {
    expect(await new Bench().post("channels", { pattern: "[a" })).toContain('"code":107');
  });

  test("info tells of one app", async () => {
    const bench = occupied();
    bench.clock.advance(5_500);
    const own = JSON.parse(await bench.post("info", {})) as unknown;
    expect(own).toEqual({
      result: {
        nodes: [
          {
            uid: "node-1",
            name: "test",
            version: "1.2.3",
            num_clients: 2,
            num_users: 1,
            num_channels: 2,
            num_subs: 3,
            uptime: 5,
            process: { cpu: expect.any(Number) as number, rss: expect.any(Number) as number },
          },
        ],
      },
    });
    const others = await bench.request("/api/info?app=other", {
      headers: { "x-api-key": "other-secret" },
      body: "{}",
    });
    expect(await others.json()).toMatchObject({
      result: { nodes: [{ num_clients: 0, num_users: 0, num_channels: 0, num_subs: 0 }] },
    });
  });
});
