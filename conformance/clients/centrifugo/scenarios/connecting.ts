import { expect } from "bun:test";
import { seconds, token } from "../../../../packages/server/test/e2e/tokens.ts";
import type { Scenario } from "../scenario.ts";

export const connecting: readonly Scenario[] = [
  {
    name: "connect with a token",
    async play(stage) {
      await using ann = stage.start("ann");
      const { id, transport } = await ann.connected();
      expect(id).not.toBe("");
      expect(transport).toBe(stage.transport);
      expect(ann.all("state").map(({ state }) => state)).toEqual(["connecting", "connected"]);
    },
  },
  {
    name: "connect with a token that it asks for",
    async play(stage) {
      const user = stage.user("ann");
      const { application } = stage.world;
      await using ann = stage.startWithout({ tokenUrl: application.tokenUrl(user) });
      await ann.connected();
      expect(application.handed.all.filter((one) => one.user === user)).toHaveLength(1);
    },
  },
  {
    name: "connect with data, which the application is asked about, and answers",
    async play(stage) {
      const data = { user: stage.user("ann"), device: "Gerät 👋" };
      await using ann = stage.startWithout({ data });
      expect((await ann.connected()).data).toEqual({ told: data });
    },
  },
  {
    name: "wrong token: disconnected with 3500",
    async play(stage) {
      await using ann = stage.start("ann", { token: token({ sub: "ann" }, { secret: "another" }) });
      const line = await ann.line("state", ({ state }) => state === "disconnected");
      expect(line).toMatchObject({ code: 3500, reason: "invalid token" });
    },
  },
  {
    name: "no token: disconnected with 3501",
    async play(stage) {
      await using ann = stage.startWithout();
      const line = await ann.line("state", ({ state }) => state === "disconnected");
      expect(line).toMatchObject({ code: 3501, reason: "bad request" });
    },
  },
  {
    name: "a token that is old when it connects: it asks for another, and connects",
    async play(stage) {
      const user = stage.user("ann");
      const old = token({ sub: user, exp: seconds(-10) });
      await using ann = stage.start("ann", {
        token: old,
        tokenUrl: stage.world.application.tokenUrl(user),
      });
      await ann.connected();
      expect((await ann.line("error")).code).toBe(109);
    },
  },
  {
    name: "a token that gets old: it is refreshed each time, on the same connection",
    async play(stage) {
      const user = stage.user("ann");
      const { application } = stage.world;
      await using ann = stage.startWithout({ tokenUrl: application.tokenUrl(user, { ttl: 3 }) });
      await ann.connected();
      // The third is asked for once the second was taken, and is about to get old.
      await application.handedTo(user, 3);
      const channel = stage.channel("room:still");
      await ann.subscribe(channel);
      expect(ann.all("state").map(({ state }) => state)).toEqual(["connecting", "connected"]);
    },
  },
  {
    name: "a token that gets old, and no new one: disconnected as unauthorized",
    async play(stage) {
      const user = stage.user("ann");
      const { application } = stage.world;
      await using ann = stage.startWithout({ tokenUrl: application.tokenUrl(user, { ttl: 3 }) });
      await ann.connected();
      application.barred.add(user);
      const line = await ann.line("state", ({ state }) => state === "disconnected");
      expect(line).toMatchObject({ code: 1, reason: "unauthorized" });
    },
  },
  {
    name: "disconnected by the API: stays away",
    async play(stage) {
      await using ann = await stage.connected("ann");
      const from = ann.now;
      await stage.world.api.result("disconnect", { user: stage.user("ann") });
      expect(await ann.line("state", () => true, from)).toMatchObject({
        state: "disconnected",
        code: 3503,
        reason: "force disconnect",
      });
    },
  },
  {
    name: "disconnected by the API with a code of one's own: from 4500 it stays away, from 4000 it comes back",
    async play(stage) {
      await using ann = await stage.connected("ann");
      const from = ann.now;
      const disconnect = { code: 4001, reason: "come again" };
      await stage.world.api.result("disconnect", { user: stage.user("ann"), disconnect });
      const first = await ann.line("state", () => true, from);
      expect(first).toMatchObject({ state: "connecting", ...disconnect });
      await ann.connected(from);
      const later = ann.now;
      const banned = { code: 4501, reason: "banned" };
      await stage.world.api.result("disconnect", { user: stage.user("ann"), disconnect: banned });
      const second = await ann.line("state", () => true, later);
      expect(second).toMatchObject({ state: "disconnected", ...banned });
    },
  },
  {
    name: "a server that refuses WebSockets: it goes on to the next transport",
    needs: "another transport",
    async play(stage) {
      const channel = stage.channel("room:news");
      const { streams } = stage.world;
      await using ann = stage.start("ann", { host: streams.host, transports: ["websocket", "http_stream"] });
      expect(await ann.connected()).toMatchObject({ transport: "http_stream" });
      await ann.subscribe(channel);
      await streams.api.result("publish", { channel, data: "here" });
      await ann.line("publication");
    },
  },
];
