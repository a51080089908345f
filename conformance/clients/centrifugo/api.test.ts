import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CentrifugeClient } from "../../../packages/server/test/clients.ts";
import { seconds } from "../../../packages/server/test/e2e/tokens.ts";
import { missingOf } from "../table.ts";
import { ApiProgram, apiRows } from "./api-rows.ts";
import { Application } from "./application.ts";
import { Site } from "./world.ts";

const greeting = { text: 'Grüße 👋 "quoted" \\', at: 1.5, list: [1, "two"] };

describe.each(apiRows.filter(({ skipped }) => !skipped))("$name", (row) => {
  let application: Application;
  let site: Site;
  let api: ApiProgram;
  beforeAll(async () => {
    application = new Application();
    site = await Site.start(application);
    api = await ApiProgram.start(row, site.url);
    // Go and pip may have to fetch the packages first.
  }, 300_000);
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
    await application[Symbol.asyncDispose]();
  });

  test("publish: data, tags, without history, and once for an idempotency key", async () => {
    const channel = "room:publish";
    await using ann = await CentrifugeClient.connect(site.port, { user: "ann" });
    const tags: unknown[] = [];
    await ann.join(channel);
    ann.subscriptions.get(channel)?.on("publication", (publication) => tags.push({ ...publication.tags }));
    const publish = { method: "publish", channel } as const;
    const first = await api.result({ ...publish, data: greeting, tags: { kind: "goal" } });
    expect(first).toMatchObject({ offset: 1, epoch: expect.any(String) as string });
    for (const data of ["once", "twice"])
      expect(await api.result({ ...publish, data, idempotency_key: "key" })).toMatchObject({ offset: 2 });
    await api.result({ ...publish, data: "unkept", skip_history: true });
    await ann.heard.first(({ data }) => data === "unkept");
    expect(ann.heard.all.map(({ data }) => data)).toEqual([greeting, "once", "unkept"]);
    expect(tags).toEqual([{ kind: "goal" }, {}, {}]);
    expect(await ann.history(channel)).toEqual([greeting, "once"]);
  });

  test("broadcast: an answer for each channel", async () => {
    const channels = ["room:one", "room:two", "nowhere:x"];
    const { responses } = (await api.result({ method: "broadcast", channels, data: greeting })) as {
      responses: unknown[];
    };
    expect(responses).toMatchObject([
      { result: { offset: 1 } },
      { result: { offset: 1 } },
      { error: { code: 102 } },
    ]);
  });

  test("history: limit, since, reverse; history_remove", async () => {
    const channel = "room:past";
    for (const data of [1, 2, 3, 4]) await api.result({ method: "publish", channel, data });
    const ask = async (more: object) =>
      (await api.result({ method: "history", channel, ...more })) as {
        offset: number;
        epoch: string;
        publications: readonly { offset: number; data: unknown }[] | null;
      };
    const whole = await ask({ limit: 10 });
    expect(whole).toMatchObject({ offset: 4 });
    expect(whole.publications?.map(({ offset, data }) => [offset, data])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    const since = { offset: 2, epoch: whole.epoch };
    expect((await ask({ limit: 1, since })).publications).toMatchObject([{ data: 3 }]);
    expect((await ask({ limit: 2, reverse: true })).publications).toMatchObject([{ data: 4 }, { data: 3 }]);
    expect((await ask({})).publications ?? []).toEqual([]);
    await api.result({ method: "history_remove", channel });
    expect((await ask({ limit: 10 })).publications ?? []).toEqual([]);
  });

  test("subscribe, presence, presence_stats, channels, unsubscribe", async () => {
    const channel = "room:members";
    await using ann = await CentrifugeClient.connect(site.port, { user: "ann", info: { name: "Ann" } });
    const subscribe = { method: "subscribe", channel, user: "ann" } as const;
    await api.result({ ...subscribe, client: ann.clientId, info: { role: "host" } });
    expect(await ann.serverSide.next()).toEqual({ channel, subscribed: true });
    const { presence } = (await api.result({ method: "presence", channel })) as { presence: unknown };
    expect(presence).toEqual({
      [ann.clientId]: expect.objectContaining({
        ...{ user: "ann", client: ann.clientId },
        ...{ conn_info: { name: "Ann" }, chan_info: { role: "host" } },
      }) as unknown,
    });
    const stats = await api.result({ method: "presence_stats", channel });
    expect(stats).toMatchObject({ num_clients: 1, num_users: 1 });
    const { channels } = (await api.result({ method: "channels", pattern: "room:mem*" })) as {
      channels: unknown;
    };
    const numbers = row.lacks["clients in each of the channels"] === undefined ? { num_clients: 1 } : {};
    expect(channels).toEqual({ [channel]: expect.objectContaining(numbers) as unknown });
    await api.result({ method: "unsubscribe", channel, user: "ann" });
    expect(await ann.serverSide.next()).toEqual({ channel, subscribed: false });
  });

  test("disconnect: with a code of one's own, one connection, all of a user", async () => {
    const terms = { code: 4501, reason: "banned" };
    await using first = await CentrifugeClient.connect(site.port, { user: "eve" });
    await using second = await CentrifugeClient.connect(site.port, { user: "eve" });
    await api.result({ method: "disconnect", user: "eve", client: first.clientId, ...terms });
    expect(await first.closed).toEqual(terms);
    await second.answered();
    await api.result({ method: "disconnect", user: "eve" });
    expect(await second.closed).toEqual({ code: 3503, reason: "force disconnect" });
  });

  if (row.lacks["whitelist of disconnect"] === undefined)
    test("disconnect: but for those on the whitelist", async () => {
      await using first = await CentrifugeClient.connect(site.port, { user: "may" });
      await using second = await CentrifugeClient.connect(site.port, { user: "may" });
      await api.result({ method: "disconnect", user: "may", whitelist: [second.clientId] });
      await first.closed;
      expect(await second.join("room:still")).toBe("done");
    });

  if (row.lacks.refresh === undefined)
    test("refresh: a connection that is told that it is old", async () => {
      await using ann = await CentrifugeClient.connect(site.port, { user: "kim" });
      await api.result({ method: "refresh", user: "kim", expire_at: seconds(600) });
      expect(await ann.join("room:still")).toBe("done");
      await api.result({ method: "refresh", user: "kim", expired: true });
      expect((await ann.closed).code).toBe(3005);
    });

  test("info: this node", async () => {
    await using ann = await CentrifugeClient.connect(site.port, { user: "ann" });
    const { nodes } = (await api.result({ method: "info" })) as { nodes: Record<string, unknown>[] };
    await ann.answered();
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({
      num_clients: 1,
      num_users: 1,
      uid: expect.stringMatching(/./) as string,
    });
  });

  test("many in one request, answered in order", async () => {
    const channel = "room:batch";
    const replies = await api.result({
      method: "batch",
      commands: [
        { method: "publish", channel, data: 1 },
        { method: "broadcast", channels: [channel], data: 2 },
        { method: "history", channel, limit: 10 },
        { method: "presence_stats", channel },
        { method: "channels", pattern: "no-such*" },
        { method: "info" },
      ],
    });
    expect(replies).toMatchObject([
      { result: { offset: 1 } },
      { result: { responses: [{ result: { offset: 2 } }] } },
      { result: { publications: [{ data: 1 }, { data: 2 }] } },
      { result: { num_clients: 0 } },
      { result: { channels: {} } },
      { result: { nodes: [{}] } },
    ]);
  });

  test("its own error for what is refused: 102, 107; a wrong key is 401", async () => {
    expect((await api.call({ method: "publish", channel: "nowhere:x", data: 1 })).error).toMatchObject({
      code: 102,
      message: expect.stringContaining("unknown channel") as string,
    });
    expect((await api.call({ method: "publish", channel: "", data: 1 })).error).toMatchObject({ code: 107 });
    await using stranger = await ApiProgram.start(row, site.url, "another-key");
    expect((await stranger.call({ method: "info" })).error).toMatchObject({ status: 401 });
  });
});

test("README.md has a row for every package, with all that it lacks", () => {
  expect(missingOf(apiRows)).toEqual([]);
});
