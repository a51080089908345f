import { expect } from "bun:test";
import { token } from "../../../../packages/server/test/e2e/tokens.ts";
import type { Scenario } from "../scenario.ts";

export const connecting: readonly Scenario[] = [
  {
    name: "connect with a token",
    async play(stage) {
      await using ann = stage.start("ann", { data: { from: "ann" } });
      const { id } = await ann.connected();
      expect(id).not.toBe("");
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
    name: "wrong token: 3500, and it stays away",
    async play(stage) {
      await using ann = stage.start("ann", { token: token({ sub: "ann" }, { secret: "another" }) });
      const line = await ann.line("state", ({ state }) => state === "disconnected");
      expect(line).toMatchObject({ code: 3500 });
    },
  },
  {
    name: "no token: 3501, and it stays away",
    async play(stage) {
      await using ann = stage.startWithout();
      const line = await ann.line("state", ({ state }) => state === "disconnected");
      expect(line).toMatchObject({ code: 3501 });
    },
  },
];
