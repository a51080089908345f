import { expect } from "bun:test";
import type { Scenario } from "../scenario.ts";

/** Documents of some 4,000 bytes that differ in a few. */
function documents(count: number): object[] {
  const body = Array.from({ length: 60 }, (_, place) => `Съешь же ещё этих булок, ${place} 👋 раз`);
  return Array.from({ length: count }, (_, index) => ({ index, body, last: `seen ${index} times` }));
}

export const thrift: readonly Scenario[] = [
  {
    name: "deltas: the same documents, in a fraction of the bytes, through a cut too",
    needs: "deltas",
    async play(stage) {
      const channel = stage.channel("room:document");
      const { api } = stage.world;
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { delta: true, recoverable: true });
      const all = documents(30);
      const publish = async (some: readonly object[]): Promise<void> => {
        for (const data of some) await api.result("publish", { channel, data, delta: true });
      };
      await publish(all.slice(0, 10));
      await ann.line("publication", ({ offset }) => offset === 10);
      const from = ann.now;
      stage.line.network.cut();
      await publish(all.slice(10, 20));
      await ann.subscribed(channel, from);
      await publish(all.slice(20));
      await ann.line("publication", ({ offset }) => offset === 30);
      expect(ann.heard(channel)).toEqual(all);
      const whole = JSON.stringify(all).length;
      expect(stage.line.network.brought).toBeLessThan(whole / 3);
    },
  },
  {
    name: "tag filter: what has the tag, and nothing else",
    needs: "tag filter",
    async play(stage) {
      const channel = stage.channel("room:tagged");
      const { api } = stage.world;
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { tag: { key: "kind", value: "goal" } });
      for (const [data, kind] of [
        [1, "goal"],
        [2, "foul"],
        [3, undefined],
        [4, "goal"],
      ] as const)
        await api.result("publish", { channel, data, ...(kind === undefined ? {} : { tags: { kind } }) });
      await ann.line("publication", ({ data }) => data === 4);
      expect(ann.heard(channel)).toEqual([1, 4]);
    },
  },
];
