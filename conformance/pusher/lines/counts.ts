import type { Client } from "../client.ts";
import { may, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { Broken, expectSame, expectThat, field, inner, NotOffered } from "../../program/verdict.ts";

const event = "pusher_internal:subscription_count";

function countsOf(client: Client, channel: string): unknown[] {
  return client.heard(event, channel).map(({ data }) => field(inner(data, event), "subscription_count"));
}

/** Somebody alone who has been told so. */
async function counted(scene: Scene, channel: string): Promise<Client> {
  const client = await scene.joined(channel);
  try {
    await client.until(() => client.heard(event, channel).length > 0, "a count", 3_000);
  } catch (cause) {
    if (cause instanceof Broken)
      throw new NotOffered("no subscription_count comes; hosted Pusher has it by an option");
    throw cause;
  }
  return client;
}

async function told(client: Client, channel: string, count: number): Promise<void> {
  await client.until(() => countsOf(client, channel).at(-1) === count, `a count of ${count}`, 8_000);
}

export const counts: readonly Line[] = [
  ...["", "private-", "private-encrypted-", "cache-", "private-cache-"].map((prefix) =>
    may(
      "2.10",
      `count-${prefix}`.replace(/-$/, ""),
      `subscribers of ${prefix}… are told how many they are, as a string`,
      async (scene) => {
        const channel = scene.name(prefix);
        const first = await counted(scene, channel);
        expectSame(countsOf(first, channel)[0], 1, "the first count");
        const second = await scene.joined(channel);
        await Promise.all([told(first, channel, 2), told(second, channel, 2)]);
        second.leave(channel);
        await told(first, channel, 1);
        const third = await scene.joined(channel);
        await told(first, channel, 2);
        third.close();
        await told(first, channel, 1);
      },
    ),
  ),
  may("2.10", "count-not-presence", "presence channels have no subscription_count", async (scene) => {
    await counted(scene, scene.name());
    const channel = scene.name("presence-");
    const first = await scene.joined(channel, { user_id: "1" });
    await scene.joined(channel, { user_id: "2" });
    // Whoever is counted is told in that time.
    const other = await counted(scene, scene.name());
    await scene.settle(first, other);
    first.expectNone(event, channel);
  }),
  may(
    "2.10",
    "count-many",
    "above 100 subscribers they are told at most every 5 seconds, and the last number in the end",
    async (scene) => {
      const channel = scene.name();
      const watcher = await counted(scene, channel);
      const others = await scene.connectMany(101);
      await Promise.all(others.map((client) => client.join(channel)));
      const times: number[] = [];
      let seen = 0;
      const tally = (): void => {
        const all = countsOf(watcher, channel);
        for (const count of all.slice(seen)) if (Number(count) > 100) times.push(performance.now());
        seen = all.length;
      };
      await watcher.until(() => (tally(), times.length >= 1), "a count above 100", 10_000);
      const more = await scene.connectMany(3);
      for (const client of more) {
        await client.join(channel);
        await scene.settle(client);
      }
      await watcher.until(
        () => (tally(), countsOf(watcher, channel).at(-1) === 105),
        "a count of 105",
        10_000,
      );
      const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
      expectThat(
        gaps.every((gap) => gap > 4_000),
        `counts came after ${gaps.map(Math.round).join(", ")} ms`,
      );
    },
  ),
];
