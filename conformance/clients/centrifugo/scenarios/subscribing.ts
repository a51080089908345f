import { expect } from "bun:test";
import { token } from "../../../../packages/server/test/e2e/tokens.ts";
import type { Scenario } from "../scenario.ts";

const greeting = { text: 'Grüße 👋 "quoted" \\ \u2028', at: 1.5, none: null, list: [1, "two"] };

export const subscribing: readonly Scenario[] = [
  {
    name: "subscribe, publish, and hear what others and the API publish",
    async play(stage) {
      const channel = stage.channel("room:news");
      await using ann = await stage.connected("ann");
      await using bob = await stage.connected("bob");
      await ann.subscribe(channel);
      await bob.subscribe(channel);
      await bob.call({ method: "publish", channel, data: greeting });
      expect(await ann.line("publication")).toMatchObject({
        channel,
        server: false,
        data: greeting,
        by: stage.user("bob"),
      });
      await stage.world.api.result("publish", { channel, data: ["by", "API"], tags: { kind: "b" } });
      for (const client of [ann, bob]) {
        const told = await client.line("publication", ({ data }) => Array.isArray(data));
        expect(told).toMatchObject({ data: ["by", "API"], tags: { kind: "b" }, by: null });
        expect(client.heard(channel)).toEqual([greeting, ["by", "API"]]);
      }
    },
  },
  {
    name: "unsubscribed, it hears no more",
    async play(stage) {
      const channel = stage.channel("room:news");
      const after = stage.channel("room:after");
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel);
      ann.tell({ do: "unsubscribe", channel });
      const line = await ann.line("subscription", ({ state }) => state === "unsubscribed");
      expect(line).toMatchObject({ channel, code: 0 });
      await ann.subscribe(after);
      for (const one of [channel, after]) await stage.world.api.result("publish", { channel: one, data: 1 });
      await ann.line("publication", (told) => told.channel === after);
      expect(ann.heard(channel)).toEqual([]);
      // And again, as it wishes.
      await ann.subscribe(channel);
    },
  },
  {
    name: "subscribe with data, which the application is asked about, and answers",
    async play(stage) {
      await using ann = await stage.connected("ann");
      const subscribed = await ann.subscribe(stage.channel("asked:room"), { data: greeting });
      expect(subscribed.data).toEqual({ told: greeting });
    },
  },
  {
    name: "join, leave, presence and its stats",
    async play(stage) {
      const channel = stage.channel("room:who");
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { joinLeave: true });
      await using bob = await stage.connected("bob");
      await bob.subscribe(channel);
      const user = stage.user("bob");
      const info = { user, connInfo: { name: user.toUpperCase() }, chanInfo: null };
      expect(await ann.line("join", (line) => line.user === user)).toMatchObject(info);
      const present = await ann.call({ method: "presence", channel });
      const { id } = await bob.connected();
      expect(present[id]).toEqual(info);
      expect(
        Object.values(present)
          .map((one) => one.user)
          .sort(),
      ).toEqual([stage.user("ann"), user]);
      expect(await ann.call({ method: "presence_stats", channel })).toEqual({ clients: 2, users: 2 });
      bob.tell({ do: "disconnect" });
      expect(await ann.line("leave")).toMatchObject({ channel, ...info });
      expect(await ann.call({ method: "presence_stats", channel })).toEqual({ clients: 1, users: 1 });
    },
  },
  {
    name: "refused: unknown namespace 102, closed 103; publish, history and presence that are off",
    async play(stage) {
      await using ann = await stage.connected("ann");
      for (const [channel, code] of [
        ["nowhere:x", 102],
        [stage.channel("closed:x"), 103],
      ] as const) {
        ann.tell({ do: "subscribe", channel, terms: {} });
        const line = await ann.line("subscription", (told) => {
          return told.channel === channel && told.state === "unsubscribed";
        });
        expect(line).toMatchObject({ code });
      }
      const channel = stage.channel("bare:x");
      await ann.subscribe(channel);
      expect(await ann.refusal({ method: "publish", channel, data: 1 })).toBe(103);
      expect(await ann.refusal({ method: "history", channel, limit: 1 })).toBe(108);
      expect(await ann.refusal({ method: "presence", channel })).toBe(108);
      expect(await ann.refusal({ method: "presence_stats", channel })).toBe(108);
    },
  },
  {
    name: "history: limit, since, reverse",
    async play(stage) {
      const channel = stage.channel("room:past");
      const { api } = stage.world;
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel);
      for (const data of [1, 2, 3, 4, 5]) await api.result("publish", { channel, data });
      const ask = { method: "history", channel } as const;
      const position = await ann.call({ ...ask, limit: 0 });
      expect(position).toMatchObject({ offset: 5, publications: [] });
      const { epoch } = position;
      const data = async (more: object): Promise<readonly unknown[]> => {
        const page = await ann.call({ ...ask, limit: 100, ...more });
        expect(page).toMatchObject({ offset: 5, epoch });
        return page.publications.map((one) => one.data);
      };
      expect(await data({})).toEqual([1, 2, 3, 4, 5]);
      expect(await data({ limit: 2 })).toEqual([1, 2]);
      expect(await data({ reverse: true, limit: 2 })).toEqual([5, 4]);
      expect(await data({ since: { offset: 2, epoch } })).toEqual([3, 4, 5]);
      expect(await data({ since: { offset: 4, epoch }, reverse: true })).toEqual([3, 2, 1]);
      expect(await ann.refusal({ ...ask, limit: 1, since: { offset: 1, epoch: "another" } })).toBe(112);
    },
  },
  {
    name: "rpc: answered by the application, refused by it with its own code, unknown 104",
    async play(stage) {
      await using ann = await stage.connected("ann");
      const rpc = { method: "rpc", data: greeting } as const;
      expect(await ann.call({ ...rpc, name: "sum" })).toEqual({
        data: { method: "sum", user: stage.user("ann"), told: greeting },
      });
      expect(await ann.refusal({ ...rpc, name: "refused" })).toBe(1042);
      expect(await ann.refusal({ ...rpc, name: "nowhere:x" })).toBe(104);
    },
  },
  {
    name: "send, which nobody takes, as in Centrifugo: disconnected with 3508",
    needs: "send",
    async play(stage) {
      await using ann = await stage.connected("ann");
      await ann.call({ method: "send", data: greeting });
      const line = await ann.line("state", ({ state }) => state === "disconnected");
      expect(line).toMatchObject({ code: 3508 });
    },
  },
  {
    name: "unsubscribed by the API: 2000, until it subscribes again",
    async play(stage) {
      const channel = stage.channel("room:news");
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel);
      await stage.world.api.result("unsubscribe", { channel, user: stage.user("ann") });
      const line = await ann.line("subscription", ({ state }) => state === "unsubscribed");
      expect(line).toMatchObject({ channel, code: 2000, server: false });
      await ann.subscribe(channel);
    },
  },
  {
    name: "subscribed by the server: by the token, by the API; unsubscribed by the API",
    async play(stage) {
      const { api } = stage.world;
      const [first, second] = [stage.channel("closed:token"), stage.channel("closed:api")];
      const user = stage.user("ann");
      await using ann = await stage.connected("ann", { token: token({ sub: user, channels: [first] }) });
      expect(await ann.subscribed(first)).toMatchObject({ server: true });
      await api.result("subscribe", { channel: second, user, data: greeting });
      expect(await ann.subscribed(second)).toMatchObject({ server: true, data: greeting });
      for (const channel of [first, second]) {
        await api.result("publish", { channel, data: greeting });
        const told = await ann.line("publication", (line) => line.channel === channel);
        expect(told).toMatchObject({ server: true, data: greeting });
      }
      await api.result("unsubscribe", { channel: second, user });
      const line = await ann.line("subscription", ({ state }) => state === "unsubscribed");
      expect(line).toMatchObject({ channel: second, server: true });
    },
  },
];
