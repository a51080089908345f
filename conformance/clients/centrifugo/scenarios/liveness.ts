import { expect } from "bun:test";
import { CentrifugeClient } from "../../../../packages/server/test/clients.ts";
import type { Scenario } from "../scenario.ts";
import { Site } from "../world.ts";

export const liveness: readonly Scenario[] = [
  {
    name: "idle for three pings, and there",
    async play(stage) {
      const channel = stage.channel("room:quiet");
      const { pinging } = stage.world;
      await using ann = await stage.connected("ann", { host: pinging.host });
      await ann.subscribe(channel);
      // Who does not answer the first ping is gone before the second; this one tells of them.
      await using witness = await CentrifugeClient.connect(pinging.port);
      const isPing = (frame: string): boolean => frame === "{}";
      await witness.frames.first(() => witness.frames.all.filter(isPing).length >= 3);
      await pinging.api.result("publish", { channel, data: "still" });
      await ann.line("publication");
      expect(ann.all("state").map(({ state }) => state)).toEqual(["connecting", "connected"]);
    },
  },
  {
    name: "a network that is gone: client and server both notice, and it comes back and recovers",
    async play(stage) {
      const channel = stage.channel("room:frozen");
      const { pinging } = stage.world;
      await using line = await pinging.line();
      await using ann = await stage.connected("ann", { host: line.host, maxServerPingDelay: 1000 });
      await ann.subscribe(channel, { recoverable: true });
      await using bob = await stage.connected("bob", { host: pinging.host });
      await bob.subscribe(channel, { joinLeave: true });
      const from = ann.now;
      const frozen = line.network.freeze();
      await pinging.api.result("publish", { channel, data: "meanwhile" });
      // The server's side: who answers no ping has left.
      await bob.line("leave", ({ user }) => user === stage.user("ann"));
      // The client's: no ping.
      const noticed = await ann.line("state", () => true, from);
      expect(noticed).toMatchObject({ state: "connecting", code: 2, reason: "no ping" });
      if (stage.lacks("a dead connection replaced")) frozen.clientNotices();
      expect(await ann.subscribed(channel, from)).toMatchObject({ recovered: true });
      await ann.line("publication", ({ data }) => data === "meanwhile");
    },
  },
  {
    name: "a server that stops: 3001, and it comes again to the next one",
    async play(stage) {
      const channel = stage.channel("room:again");
      await using site = await Site.start(stage.world.application);
      await using ann = await stage.connected("ann", { host: site.host });
      await ann.subscribe(channel);
      const from = ann.now;
      await site.replaceServer();
      expect(await ann.line("state", () => true, from)).toMatchObject({ state: "connecting", code: 3001 });
      await ann.subscribed(channel, from);
      await site.api.result("publish", { channel, data: "again" });
      await ann.line("publication");
    },
  },
];
