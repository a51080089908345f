import { expectSame, expectThat, field, NotOffered, shown } from "../../program/verdict.ts";
import { expectApiError } from "../api.ts";
import { both, may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import type { Values } from "../wire.ts";
import { offsets } from "./history.ts";

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
  id: string,
  what: string,
  method: string,
  params: (scene: Scene) => Values,
  code: number,
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

export const api: readonly Line[] = [
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
  refused("publish-unknown", "publish to a namespace that there is not", "publish", nowhere, 102),
  refused("publish-no-channel", "publish without a channel", "publish", () => ({ data: 1 }), 107),
  refused(
    "publish-no-data",
    "publish without data",
    "publish",
    (scene) => ({ channel: scene.channel("open") }),
    107,
  ),
  refused(
    "broadcast-no-channels",
    "broadcast without channels",
    "broadcast",
    () => ({ channels: [], data: 1 }),
    107,
  ),
  refused(
    "presence-off",
    "presence of a namespace without",
    "presence",
    (scene) => ({ channel: scene.channel("open") }),
    108,
  ),
  refused(
    "stats-off",
    "presence_stats of a namespace without",
    "presence_stats",
    (scene) => ({ channel: scene.channel("open") }),
    108,
  ),
  refused(
    "history-off",
    "history of a namespace without",
    "history",
    (scene) => ({ channel: scene.channel("open") }),
    108,
  ),
  refused(
    "history-remove-off",
    "history_remove of a namespace without",
    "history_remove",
    (scene) => ({ channel: scene.channel("open") }),
    108,
  ),
  refused("history-unknown", "history of a namespace that there is not", "history", nowhere, 102),
  refused(
    "history-epoch",
    "history since another epoch",
    "history",
    (scene) => ({ channel: scene.channel("history"), limit: 1, since: { offset: 1, epoch: "other" } }),
    112,
  ),
  refused(
    "subscribe-unknown",
    "subscribe to a namespace that there is not",
    "subscribe",
    () => ({ channel: "nowhere:x", user: "x" }),
    102,
  ),
  refused("subscribe-no-channel", "subscribe without a channel", "subscribe", () => ({ user: "x" }), 107),
  refused("rpc-unknown", "rpc that there is not", "rpc", () => ({ method: "dance", params: {} }), 104),
  must("6.2", "api-publish", "publish: {} without history, offset and epoch with it", async (scene) => {
    expectSame(await scene.api.publish(scene.channel("open"), 1), {}, "the result without history");
    const channel = scene.channel("stream");
    const first = await scene.api.publish(channel, 1);
    const second = await scene.api.publish(channel, 2);
    expectSame([first["offset"], second["offset"]], [1, 2], "the offsets");
    expectThat(
      typeof first["epoch"] === "string" && first["epoch"] === second["epoch"],
      `epochs are ${shown([first, second])}`,
    );
  }),
  ...both("6.2", "api-b64data", "b64data is data in base64", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    const b64data = Buffer.from('{"b64":1}').toString("base64");
    await scene.api.ok("publish", { channel, b64data });
    expectSame((await client.next("pub", channel))["data"], { b64: 1 }, "data");
  }),
  must("6.2", "api-b64data-bytes", "… of any bytes, for clients that speak protobuf", async (scene) => {
    scene.encoding = "protobuf";
    const channel = scene.channel("binary");
    const client = await scene.joined(channel);
    await scene.api.ok("publish", { channel, b64data: Buffer.from([0, 255, 1]).toString("base64") });
    const { wire } = await client.nextPush("pub", channel);
    expectSame((field(wire, "push", "pub", "data") as Buffer | undefined)?.toString("hex"), "00ff01", "data");
  }),
  must("6.2", "api-skip-history", "skip_history: told, without an offset, and not kept", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "passing", { skip_history: true });
    expectSame(await client.next("pub", channel), { data: "passing" }, "the publication");
    expectSame(offsets(await scene.api.ok("history", { channel, limit: 5 })), [], "what is kept");
  }),
  ...(["open", "stream"] as const).map((kind) =>
    must(
      "6.2",
      `api-idempotency-${kind}`,
      `an idempotency_key publishes once, and answers the same (${kind})`,
      async (scene) => {
        const channel = scene.channel(kind);
        const client = await scene.joined(channel);
        const key = { idempotency_key: scene.name() };
        const first = await scene.api.publish(channel, "once", key);
        expectSame(await scene.api.publish(channel, "once", key), first, "the second result");
        await scene.settle(channel, client);
        expectSame(client.heard("pub", channel).length, 2, "the number of publications");
        await scene.api.publish(channel, "again", { idempotency_key: scene.name() });
        await client.until(() => client.heard("pub", channel).length === 3, "what has another key");
        const other = scene.channel(kind);
        const elsewhere = await scene.joined(other);
        await scene.api.publish(other, "elsewhere", key);
        await elsewhere.next("pub", other);
      },
    ),
  ),
  must("6.2", "api-version", "a version that is not larger is not published", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "v5", { version: 5 });
    const stale = await scene.api.publish(channel, "v5 again", { version: 5 });
    await scene.api.publish(channel, "v4", { version: 4 });
    expectSame(stale["offset"], 1, "offset of what was not published");
    await scene.api.publish(channel, "v6", { version: 6 });
    await scene.settle(channel, client);
    expectSame(client.dataHeard(channel).slice(0, -1), ["v5", "v6"], "what came");
  }),
  must("6.2", "api-version-epoch", "… but of another version_epoch is", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "a5", { version: 5, version_epoch: "a" });
    await scene.api.publish(channel, "a4", { version: 4, version_epoch: "a" });
    await scene.api.publish(channel, "b1", { version: 1, version_epoch: "b" });
    await scene.settle(channel, client);
    expectSame(client.dataHeard(channel).slice(0, -1), ["a5", "b1"], "what came");
  }),
  must(
    "6.2",
    "broadcast",
    "broadcast: an answer for each channel, in order, errors among them",
    async (scene) => {
      const [one, other] = [scene.channel("open"), scene.channel("stream")];
      const clients = [await scene.joined(one), await scene.joined(other)];
      const { responses } = await scene.api.ok("broadcast", {
        channels: [one, "nowhere:x", other],
        data: "to all",
      });
      expectSame((responses as readonly unknown[]).length, 3, "the number of responses");
      expectSame(field(responses, "0", "result"), {}, "the first");
      expectApiError(field(responses, "1", "error"), 102, "the second");
      expectSame(field(responses, "2", "result", "offset"), 1, "offset of the third");
      expectSame((await clients[0]?.next("pub", one))?.["data"], "to all", "data of the first");
      expectSame((await clients[1]?.next("pub", other))?.["data"], "to all", "data of the third");
    },
  ),
  must("6.2", "api-presence", "presence and presence_stats", async (scene) => {
    const channel = scene.channel("presence");
    const client = await scene.joined(channel, {}, { claims: { info: { n: 1 } } });
    const { presence } = await scene.api.ok("presence", { channel });
    expectSame(
      presence,
      { [client.id]: { user: client.user, client: client.id, conn_info: { n: 1 } } },
      "presence",
    );
    expectSame(
      await scene.api.ok("presence_stats", { channel }),
      { num_clients: 1, num_users: 1 },
      "the counts",
    );
  }),
  must("6.2", "api-presence-empty", "… of an empty channel are there, empty", async (scene) => {
    const channel = scene.channel("presence");
    expectSame((await scene.api.ok("presence", { channel }))["presence"], {}, "presence");
    expectSame(
      await scene.api.ok("presence_stats", { channel }),
      { num_clients: 0, num_users: 0 },
      "the counts",
    );
  }),
  must("6.2", "api-history", "history: limit, since, reverse, and the position alone", async (scene) => {
    const channel = scene.channel("unread");
    await scene.api.publishMany(channel, 5, { tags: { t: "1" } });
    const position = await scene.api.ok("history", { channel });
    expectSame([offsets(position), position["offset"]], [[], 5], "the position");
    const since = { offset: 2, epoch: position["epoch"] };
    const pages = [
      [{ limit: 2 }, [1, 2]],
      [{ limit: -1 }, [1, 2, 3, 4, 5]],
      [{ limit: 2, since }, [3, 4]],
      [{ limit: 2, reverse: true }, [5, 4]],
      [{ limit: 2, since, reverse: true }, [1]],
    ] as const;
    for (const [asked, wanted] of pages)
      expectSame(
        offsets(await scene.api.ok("history", { channel, ...asked })),
        wanted,
        `offsets of ${shown(asked)}`,
      );
    const { publications } = await scene.api.ok("history", { channel, limit: 1 });
    expectSame(
      [field(publications, "0", "data"), field(publications, "0", "tags")],
      [{ n: 1 }, { t: "1" }],
      "data and tags",
    );
  }),
  must("6.2", "history-remove", "history_remove: nothing is kept, and the position stays", async (scene) => {
    const channel = scene.channel("history");
    await scene.api.publishMany(channel, 3);
    expectSame(await scene.api.ok("history_remove", { channel }), {}, "the result");
    const after = await scene.api.ok("history", { channel, limit: 10 });
    expectSame([offsets(after), after["offset"]], [[], 3], "the history");
  }),
  must(
    "6.2",
    "channels",
    "channels lists those with subscribers, and their number; pattern leaves some",
    async (scene) => {
      const [one, other] = [scene.channel("open"), scene.channel("open")];
      for (const channel of [one, one, other]) await scene.joined(channel);
      const { channels } = await scene.api.ok("channels", {});
      expectSame(
        [field(channels, one), field(channels, other)],
        [{ num_clients: 2 }, { num_clients: 1 }],
        "the channels",
      );
      expectSame(
        (await scene.api.ok("channels", { pattern: `*${one.slice(4)}` }))["channels"],
        { [one]: { num_clients: 2 } },
        "those of the pattern",
      );
      const { channels: none } = await scene.api.ok("channels", { pattern: `${scene.name()}*` });
      expectSame(none, {}, "those of a pattern that none fits");
    },
  ),
  must("6.2", "info", "info has a node with its name, version and counts", async (scene) => {
    await scene.joined(scene.channel("open"));
    const { nodes } = await scene.api.ok("info", {});
    expectThat(Array.isArray(nodes) && nodes.length > 0, `nodes are ${shown(nodes)}`);
    for (const name of ["num_clients", "num_users", "num_channels", "num_subs"])
      expectThat(Number.isInteger(field(nodes, "0", name)), `${name} is ${shown(field(nodes, "0", name))}`);
    for (const name of ["uid", "name", "version"])
      expectThat(typeof field(nodes, "0", name) === "string", `${name} is ${shown(field(nodes, "0", name))}`);
  }),
  ...[false, true].map((parallel) =>
    must(
      "6.2",
      parallel ? "batch-parallel" : "batch",
      `batch${parallel ? ", parallel" : ""}: replies at the top, by index, errors among them`,
      async (scene) => {
        const [one, other] = [scene.channel("stream"), scene.channel("presence")];
        const { status, json } = await scene.api.call("batch", {
          parallel,
          commands: [
            { publish: { channel: one, data: 1 } },
            { publish: nowhere() },
            { presence_stats: { channel: other } },
          ],
        });
        expectSame(status, 200, "the status");
        const replies = field(json, "replies");
        expectSame((replies as readonly unknown[] | undefined)?.length, 3, "the number of replies");
        expectSame(field(replies, "0", "publish", "offset"), 1, "offset of the first");
        expectApiError(field(replies, "1", "error"), 102, "the second");
        expectSame(field(replies, "2", "presence_stats"), { num_clients: 0, num_users: 0 }, "the third");
      },
    ),
  ),
  must("6.2", "batch-in-order", "commands of a batch are carried out in order", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publishMany(channel, 20);
    await scene.settle(channel, client);
    expectSame(
      client
        .dataHeard(channel)
        .slice(0, -1)
        .map((data) => field(data, "n")),
      Array.from({ length: 20 }, (_, i) => i + 1),
      "what came",
    );
  }),
  must("3.3", "api-own-codes", "codes of disconnect from 4000 on are told as they are", async (scene) => {
    for (const [code, reason] of [
      [4000, "come back"],
      [4999, "stay away"],
    ] as const) {
      const client = await scene.connect();
      await scene.api.ok("disconnect", { user: client.user, disconnect: { code, reason } });
      await client.closed(code, reason);
    }
  }),
  may("6.2", "map-off", "map methods on a channel that is no map: error 107 or 108", async (scene) => {
    const { status, json } = await scene.api.call("map_publish", {
      channel: scene.channel("open"),
      key: "k",
      data: 1,
    });
    if (status === 404) throw new NotOffered("there are no map subscriptions");
    expectThat([107, 108].includes(Number(field(json, "error", "code"))), `answered with ${shown(json)}`);
  }),
];
