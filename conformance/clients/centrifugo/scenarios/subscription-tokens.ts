import { expect } from "bun:test";
import { token } from "../../../../packages/server/test/e2e/tokens.ts";
import type { Scenario } from "../scenario.ts";

export const subscriptionTokens: readonly Scenario[] = [
  {
    name: "a subscription token that it has, and what the token says of the subscription",
    async play(stage) {
      const channel = stage.channel("closed:x");
      const user = stage.user("ann");
      const vouching = token({ sub: user, channel, info: { role: "host" } });
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { token: vouching });
      const [present] = Object.values(await ann.call({ method: "presence", channel }));
      expect(present).toMatchObject({ user, chanInfo: { role: "host" } });
    },
  },
  {
    name: "a wrong subscription token: unsubscribed with 103",
    async play(stage) {
      const channel = stage.channel("closed:x");
      const forged = token({ sub: stage.user("ann"), channel }, { secret: "another" });
      await using ann = await stage.connected("ann");
      ann.tell({ do: "subscribe", channel, terms: { token: forged } });
      const line = await ann.line("subscription", ({ state }) => state === "unsubscribed");
      expect(line).toMatchObject({ channel, code: 103 });
    },
  },
  {
    name: "a subscription token that it asks for, and refreshes each time it gets old",
    async play(stage) {
      const channel = stage.channel("closed:x");
      const { application, api } = stage.world;
      const user = stage.user("ann");
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { tokenUrl: application.tokenUrl(user, { channel, ttl: 3 }) });
      await application.handedTo(user, 3);
      await api.result("publish", { channel, data: "still" });
      await ann.line("publication");
      const states = ann.all("subscription").map(({ state }) => state);
      expect(states).toEqual(["subscribing", "subscribed"]);
    },
  },
  {
    name: "no subscription token: unsubscribed as unauthorized",
    async play(stage) {
      const channel = stage.channel("closed:x");
      const { application } = stage.world;
      const user = stage.user("ann");
      application.barred.add(user);
      await using ann = await stage.connected("ann");
      ann.tell({ do: "subscribe", channel, terms: { tokenUrl: application.tokenUrl(user, { channel }) } });
      const line = await ann.line("subscription", ({ state }) => state === "unsubscribed");
      expect(line).toMatchObject({ channel, code: 1 });
    },
  },
];
