import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import { expectApiError } from "../api.ts";
import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import type { Values } from "../wire.ts";

/** Ways to send the key. */
function keyed(
  id: string,
  what: string,
  headers: (key: string) => Readonly<Record<string, string>>,
  query = "",
): Line {
  return must("6.1", `key-${id}`, `the key as ${what} is taken`, async (scene) => {
    const { apiKey } = scene.target;
    const path = `/api/info${query.replace("KEY", encodeURIComponent(apiKey))}`;
    const { status, text } = await scene.api.request(path, {}, { headers: headers(apiKey) });
    expectSame(status, 200, `the status, with ${shown(text)}`);
  });
}

/** Requests whose key is none: 401, and nothing happens. */
function locked(
  id: string,
  what: string,
  headers: (key: string) => Readonly<Record<string, string>>,
  path = "/api/publish",
): Line {
  return must(
    "6.1",
    `locked-${id}`,
    `${what}: 401 without a body, and nothing is published`,
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.joined(channel);
      const params = { channel, data: "forbidden" };
      const body = path === "/api" ? { method: "publish", params } : params;
      const { status, text } = await scene.api.request(path, body, { headers: headers(scene.target.apiKey) });
      expectSame(status, 401, "the status");
      expectSame(text, "", "the body");
      await scene.settle(channel, client);
      expectSame(client.heard("pub", channel).length, 1, "the number of publications");
    },
  );
}

/** Calls that the API refuses. */
function refused(
  code: number,
  id: string,
  what: string,
  [method, params]: readonly [string, (scene: Scene) => Values],
): Line {
  return must("6.1", `api-${id}`, `${what}: error ${code}`, (scene) =>
    scene.api.refused(method, params(scene), code),
  );
}

const nowhere = (): Values => ({ channel: "nowhere:x", data: 1 });

async function modeError(
  scene: Scene,
  method: string,
  params: Values,
): Promise<{ status: number; json: unknown }> {
  const headers = { "x-api-key": scene.target.apiKey, "x-centrifugo-error-mode": "transport" };
  return scene.api.call(method, params, { headers });
}

export const apiRequests: readonly Line[] = [
  keyed("header", "X-API-Key", (key) => ({ "x-api-key": key })),
  keyed("authorization", "Authorization: apikey", (key) => ({ authorization: `apikey ${key}` })),
  keyed("authorization-capitals", "Authorization: APIKEY", (key) => ({ authorization: `APIKEY ${key}` })),
  keyed("query", "?api_key=", () => ({}), "?api_key=KEY"),
  locked("none", "no key", () => ({})),
  locked("wrong", "a wrong X-API-Key", () => ({ "x-api-key": "wrong" })),
  locked("longer", "the key with something behind it", (key) => ({ "x-api-key": `${key}x` })),
  locked("shorter", "the key cut short", (key) => ({ "x-api-key": key.slice(0, -1) })),
  locked("authorization", "a wrong Authorization", () => ({ authorization: "apikey wrong" })),
  locked("bearer", "the key as a Bearer", (key) => ({ authorization: `Bearer ${key}` })),
  locked("header-first", "a wrong X-API-Key beside a right Authorization", (key) => ({
    "x-api-key": "wrong",
    authorization: `apikey ${key}`,
  })),
  locked("old-route", "no key on the old route", () => ({}), "/api"),
  must("6.1", "get", "GET: 405", async (scene) => {
    expectSame(
      (
        await scene.api.request("/api/info", "", {
          verb: "GET",
          headers: { "x-api-key": scene.target.apiKey },
        })
      ).status,
      405,
      "the status",
    );
  }),
  must("6.1", "body-no-json", "a body that is no JSON: 400", async (scene) => {
    expectSame((await scene.api.request("/api/publish", "no json")).status, 400, "the status");
  }),
  must("6.1", "answer-type", "answers are application/json", async (scene) => {
    const { type } = await scene.api.call("info", {});
    expectThat(type.startsWith("application/json"), `content-type is ${type}`);
  }),
  must("6.1", "unknown-route", "a method that there is not: 404", async (scene) => {
    expectSame((await scene.api.call("dance", {})).status, 404, "the status");
  }),
  must("6.1", "old-route", "POST /api takes {method, params}, with the id in the answer", async (scene) => {
    const channel = scene.channel("stream");
    const { status, json } = await scene.api.request("/api", {
      id: 7,
      method: "publish",
      params: { channel, data: 1 },
    });
    expectSame(status, 200, "the status");
    expectSame([field(json, "id"), field(json, "result", "offset")], [7, 1], "id and offset");
  }),
  must("6.1", "old-route-error", "… and answers errors in the same form", async (scene) => {
    const { status, json } = await scene.api.request("/api", { method: "publish", params: nowhere() });
    expectSame(status, 200, "the status");
    expectApiError(field(json, "error"), 102, "publish");
  }),
  must(
    "6.1",
    "old-route-many",
    "… and several by lines, answered by lines in the same order",
    async (scene) => {
      const channel = scene.channel("stream");
      const body = [1, 2, 3]
        .map((id) => JSON.stringify({ id, method: "publish", params: { channel, data: id } }))
        .join("\n");
      const { text } = await scene.api.request("/api", body);
      const answers = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
      expectSame(
        answers.map((one) => [field(one, "id"), field(one, "result", "offset")]),
        [
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        "ids and offsets",
      );
    },
  ),
  must("6.1", "old-route-empty", "an empty body on the old route: 400", async (scene) => {
    expectSame((await scene.api.request("/api", "")).status, 400, "the status");
  }),
  must("15", "old-route-unknown", "a method that there is not on the old route: 400", async (scene) => {
    expectSame((await scene.api.request("/api", { method: "dance", params: {} })).status, 400, "the status");
  }),
  ...(
    [
      ["unknown", "publish", nowhere(), 404, 102],
      ["bad", "publish", { data: 1 }, 400, 107],
      ["unavailable", "history", {}, 400, 108],
      ["epoch", "history", { limit: 1, since: { offset: 1, epoch: "other" } }, 416, 112],
    ] as const
  ).map(([id, method, params, status, code]) =>
    must(
      "6.1",
      `error-mode-${id}`,
      `X-Centrifugo-Error-Mode: transport: error ${code} is status ${status}, and the body is the error`,
      async (scene) => {
        const kind = { unavailable: "open", epoch: "history" } as const;
        const channel = id in kind ? { channel: scene.channel(kind[id as keyof typeof kind]) } : {};
        const answer = await modeError(scene, method, { ...channel, ...params });
        expectSame(answer.status, status, "the status");
        expectApiError(answer.json, code, method);
      },
    ),
  ),
  refused(102, "publish-unknown", "publish to a namespace that there is not", ["publish", nowhere]),
  refused(107, "publish-no-channel", "publish without a channel", ["publish", () => ({ data: 1 })]),
  refused(107, "publish-no-data", "publish without data", [
    "publish",
    (scene) => ({ channel: scene.channel("open") }),
  ]),
  refused(107, "broadcast-no-channels", "broadcast without channels", [
    "broadcast",
    () => ({ channels: [], data: 1 }),
  ]),
  refused(108, "presence-off", "presence of a namespace without", [
    "presence",
    (scene) => ({ channel: scene.channel("open") }),
  ]),
  refused(108, "stats-off", "presence_stats of a namespace without", [
    "presence_stats",
    (scene) => ({ channel: scene.channel("open") }),
  ]),
  refused(108, "history-off", "history of a namespace without", [
    "history",
    (scene) => ({ channel: scene.channel("open") }),
  ]),
  refused(108, "history-remove-off", "history_remove of a namespace without", [
    "history_remove",
    (scene) => ({ channel: scene.channel("open") }),
  ]),
  refused(102, "history-unknown", "history of a namespace that there is not", ["history", nowhere]),
  refused(112, "history-epoch", "history since another epoch", [
    "history",
    (scene) => ({ channel: scene.channel("history"), limit: 1, since: { offset: 1, epoch: "other" } }),
  ]),
  refused(102, "subscribe-unknown", "subscribe to a namespace that there is not", [
    "subscribe",
    () => ({ channel: "nowhere:x", user: "x" }),
  ]),
  refused(107, "subscribe-no-channel", "subscribe without a channel", ["subscribe", () => ({ user: "x" })]),
  refused(104, "rpc-unknown", "rpc that there is not", ["rpc", () => ({ method: "dance", params: {} })]),
];
