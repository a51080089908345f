import { describe, expect, test } from "bun:test";
import { Bench } from "./api-bench.test.ts";

const body = JSON.stringify({ channel: "news", data: 1 });

describe("who is let in", () => {
  const rows: readonly [string, string, Record<string, string>, number][] = [
    ["the header", "", { "x-api-key": "secret" }, 200],
    ["the authorization", "", { authorization: "apikey secret" }, 200],
    ["its scheme in any case", "", { authorization: "ApiKey secret" }, 200],
    ["the query", "?api_key=secret", {}, 200],
    ["the query beside another authorization", "?api_key=secret", { authorization: "Basic eDp5" }, 200],
    ["no key", "", {}, 401],
    ["an empty key", "?api_key=", { "x-api-key": "", authorization: "apikey " }, 401],
    ["a longer key", "", { "x-api-key": "secrets" }, 401],
    ["the header before the authorization", "", { "x-api-key": "x", authorization: "apikey secret" }, 401],
    ["the header before the query", "?api_key=secret", { "x-api-key": "x" }, 401],
    ["another app's key", "", { "x-api-key": "other-secret" }, 401],
    ["another app with its key", "?app=other", { "x-api-key": "other-secret" }, 200],
    ["another app by a key on its way out", "?app=other-before", { "x-api-key": "other-secret" }, 200],
    ["another app with the first one's key", "?app=other", { "x-api-key": "secret" }, 401],
    ["the first app by name", "?app=first", { "x-api-key": "secret" }, 200],
    ["an app that is not there", "?app=nobody", { "x-api-key": "secret" }, 401],
  ];
  test.each(rows)("%s", async (_title, query, headers, status) => {
    const bench = new Bench();
    const response = await bench.request(`/api/publish${query}`, { headers, body });
    expect(response.status).toBe(status);
    if (status === 401) {
      expect(await response.text()).toBe("");
      expect(bench.refusals).toEqual(["centrifugo-api unauthorized"]);
    }
  });

  test("nobody where no key is configured, anybody where the API is insecure", async () => {
    for (const insecure of [false, true]) {
      const bench = new Bench();
      const entrance = { app: bench.app, keys: [], apiKey: "", insecure };
      const own = new Bench({ apps: [entrance], hub: bench.hub });
      for (const headers of [{}, { "x-api-key": "" }, { "x-api-key": "secret" }]) {
        const response = await own.request("/api/publish", { headers, body });
        expect(response.status).toBe(insecure ? 200 : 401);
      }
    }
  });

  test("channels of two apps never meet", async () => {
    const bench = new Bench();
    const ear = bench.subscriber(bench.client("centrifugo", "c1"), "news");
    await bench.request("/api/publish?app=other", { headers: { "x-api-key": "other-secret" }, body });
    expect(bench.heard(ear)).toEqual([]);
  });
});

describe("what is no call", () => {
  test.each(["GET", "PUT", "DELETE"])("%s is answered with 405", async (method) => {
    const response = await new Bench().request("/api/publish", { method });
    expect(response.status).toBe(405);
  });

  test.each([
    ["publish", ""],
    ["publish", "{"],
    ["publish", "[]"],
    ["publish", "null"],
    ["publish", "{}{}"],
    ["publish", '{"channel":7,"data":1}'],
    ["publish", '{"channel":"a","data":1,"tags":{"a":1}}'],
    ["publish", '{"channel":"a","data":1,"skip_history":"yes"}'],
    ["publish", '{"channel":"a","data":1,"version":-1}'],
    ["publish", '{"channel":"a","data":1,"version":1.5}'],
    ["publish", '{"channel":"a","data":1,"version":"1"}'],
    ["publish", '{"channel":"a","data":1,"version":18446744073709551616}'],
    ["publish", '{"channel":"a","data":1,"version":1e300}'],
    ["subscribe", '{"channel":"a","recover_since":{"offset":18446744073709551615}}'],
    ["history", '{"channel":"chat:a","since":{"offset":1e300}}'],
    ["broadcast", '{"channels":["a",1],"data":1}'],
    ["subscribe", '{"channel":"a","override":{"presence":true}}'],
    ["disconnect", '{"user":"a","disconnect":{"code":"x"}}'],
    ["disconnect", '{"user":"a","whitelist":"x"}'],
    ["history", '{"channel":"chat:a","since":{"offset":"1"}}'],
    ["history", '{"channel":"chat:a","limit":1.5}'],
    ["batch", '{"commands":{}}'],
    ["batch", '{"commands":[1]}'],
    ["batch", '{"commands":[{"publish":[]}]}'],
    ["batch", '{"commands":[{"publish":{"channel":1}}]}'],
    ["", ""],
    ["", "x"],
    ["", "[]"],
    ["", '{"method":"publish","params":{}'],
    ["", '{"method":"nonsense","params":{}}'],
    ["", '{"method":"constructor","params":{}}'],
    ["", '{"id":"1","method":"publish"}'],
    ["", '{"method":true}'],
  ])("%p with the body %p is answered with 400, and counted", async (method, text) => {
    const bench = new Bench();
    const response = await bench.request(method === "" ? "/api" : `/api/${method}`, { body: text });
    expect(response.status).toBe(400);
    expect(await response.text()).toBe("Bad Request\n");
    expect(bench.refusals).toEqual(["centrifugo-api malformed"]);
  });

  test.each(["nonsense", "constructor", "__proto__", "", "publish/x"])(
    "there is no method %p",
    async (method) => {
      const response = await new Bench().request(`/api/${method}`, { body });
      expect(response.status).toBe(404);
    },
  );

  test("a body above the limit is answered with 413", async () => {
    const response = await new Bench().request("/api/publish", { body: "x".repeat(10_001) });
    expect(response.status).toBe(413);
  });

  test("names of Object.prototype are no parameters", async () => {
    const bench = new Bench();
    expect(await bench.post("publish", '{"__proto__":{"channel":"news","data":1}}')).toContain('"code":107');
    expect(await bench.post("publish", '{"channel":"a","data":1,"tags":{"__proto__":"x"}}')).toBe(
      '{"result":{}}',
    );
  });
});

describe("errors told by the HTTP status", () => {
  const rows: readonly [string, object, number, string][] = [
    ["publish", { channel: "nowhere:a", data: 1 }, 404, '{"code":102,"message":"unknown channel"}'],
    ["publish", { channel: "news" }, 400, '{"code":107,"message":"bad request"}'],
    ["presence", { channel: "news" }, 400, '{"code":108,"message":"not available"}'],
    ["rpc", { method: "x" }, 404, '{"code":104,"message":"not found"}'],
    [
      "history",
      { channel: "chat:a", since: { offset: 1, epoch: "x" } },
      416,
      '{"code":112,"message":"unrecoverable position"}',
    ],
  ];
  test.each(rows)("%s", async (method, params, status, text) => {
    const headers = { "x-api-key": "secret", "x-centrifugo-error-mode": "transport" };
    const init = { body: JSON.stringify(params) };
    for (const response of [
      await new Bench().request(`/api/${method}`, { ...init, headers }),
      await new Bench({ errorMode: "transport" }).request(`/api/${method}`, init),
    ]) {
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.text()).toBe(text);
    }
    const usual = await new Bench().request(`/api/${method}`, init);
    expect(usual.status).toBe(200);
    expect(await usual.text()).toBe(`{"error":${text}}`);
  });
});

describe("the path", () => {
  test.each(["/", "", "/custom/", "/a/b"])("may be %p", async (prefix) => {
    const bench = new Bench({ prefix });
    const base = prefix.replace(/\/$/, "");
    const response = await bench.request(`${base}/publish`, { body });
    expect(response.status).toBe(200);
    const old = await bench.request(base === "" ? "/" : base, { body: '{"method":"info"}' });
    expect(old.status).toBe(200);
  });
});

describe("batch", () => {
  const commands = [
    { publish: { channel: "chat:a", data: { n: 1 } } },
    { nonsense: {} },
    {},
    { publish: { channel: "nowhere:a", data: 1 } },
    { presence_stats: { channel: "chat:a" } },
    { publish: null, history_remove: { channel: "chat:a" } },
    { rpc: {} },
  ];

  test.each([false, true])("answers each command in its place (parallel: %p)", async (parallel) => {
    const text = await new Bench().post("batch", { commands, parallel });
    expect(JSON.parse(text)).toEqual({
      replies: [
        { publish: { offset: 1, epoch: expect.any(String) as string } },
        { error: { code: 104, message: "not found" } },
        { error: { code: 104, message: "not found" } },
        { error: { code: 102, message: "unknown channel" } },
        { presence_stats: { num_clients: 0, num_users: 0 } },
        { history_remove: {} },
        { error: { code: 107, message: "bad request" } },
      ],
    });
  });

  test("publishes as it was written", async () => {
    const bench = new Bench();
    const ear = bench.subscriber(bench.client("centrifugo", "c1"), "news");
    await bench.post(
      "batch",
      '{"commands":[{"publish":{"channel":"news","data": 1.0 }},{"publish":{"channel":"news","data":"}"}}]}',
    );
    expect(bench.heard(ear)).toEqual([
      '{"push":{"channel":"news","pub":{"data":1.0}}}',
      '{"push":{"channel":"news","pub":{"data":"}"}}}',
    ]);
  });

  test("without commands has no replies", async () => {
    expect(await new Bench().post("batch", {})).toBe('{"replies":[]}');
  });
});

describe("the old route", () => {
  test("answers commands line by line, in their order, with their ids", async () => {
    const bench = new Bench();
    const ear = bench.subscriber(bench.client("centrifugo", "c1"), "news");
    const text = await bench.post(
      "",
      '{"id":1,"method":"publish","params":{"channel":"news","data":"}{\\""}}\n' +
        '{"method":"PRESENCE","params":{"channel":"news"}} {"id":3,"method":5,"params":{"channel":"chat:a"}}' +
        '{"id":4,"method":14}{"params":{"channel":"news","data":2}}\n' +
        '{"id":6,"method":"publish","params":[]}{"id":7,"method":"publish","params":{"channel":1}}{"id":8,"method":"channels"}',
    );
    expect(text.split("\n")).toEqual([
      '{"id":1,"result":{}}',
      '{"error":{"code":108,"message":"not available"}}',
      '{"id":3,"result":{"num_clients":0,"num_users":0}}',
      '{"id":4,"error":{"code":104,"message":"not found"}}',
      '{"result":{}}',
      '{"id":6,"error":{"code":107,"message":"bad request"}}',
      '{"id":7,"error":{"code":107,"message":"bad request"}}',
      '{"id":8,"result":{"channels":{"news":{"num_clients":1}}}}',
    ]);
    expect(bench.heard(ear)).toHaveLength(2);
  });

  test("carries out nothing of a body that cannot be read to its end", async () => {
    const bench = new Bench();
    await bench.post("", '{"method":"publish","params":{"channel":"news","data":1}}{"method":"nonsense"}');
    expect(bench.published).toBe(0);
  });

  test("takes any params for info, which has none", async () => {
    expect(await new Bench().post("", '{"method":"info","params":[]}')).toStartWith('{"result":{"nodes":[');
  });
});
