import { expect } from "bun:test";
import { token } from "../../../../packages/server/test/e2e/tokens.ts";
import type { Hearing } from "../hearing.ts";
import type { Scenario, Stage } from "../scenario.ts";

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

async function publish(stage: Stage, channel: string, list: readonly number[]): Promise<void> {
  const commands = list.map((data) => ({ publish: { channel, data } }));
  const { status, text } = await stage.world.api.call("batch", { commands });
  expect([status, text.includes("error")]).toEqual([200, false]);
}

/** What is published while the client is away: it has to come again afterwards. */
async function away({ line }: Stage, client: Hearing, meanwhile: () => Promise<void>): Promise<void> {
  const from = client.now;
  await line.network.down();
  await client.line("state", ({ state }) => state === "connecting", from);
  await meanwhile();
  await line.network.up();
  await client.connected(from);
}

/** 500 numbers, two cuts: none is missing, none comes twice, all are in order. */
async function throughTwoCuts(stage: Stage, client: Hearing, channel: string): Promise<void> {
  const cut = async (whole: readonly number[]): Promise<void> => {
    const from = client.now;
    await away(stage, client, () => publish(stage, channel, whole));
    expect(await client.subscribed(channel, from)).toMatchObject({ wasRecovering: true, recovered: true });
  };
  await publish(stage, channel, numbers(1, 150));
  await cut(numbers(151, 250));
  await publish(stage, channel, numbers(251, 350));
  await cut(numbers(351, 450));
  await publish(stage, channel, numbers(451, 500));
  await client.line("publication", ({ data }) => data === 500);
  expect(client.heard(channel)).toEqual(numbers(1, 500));
}

export const recovering: readonly Scenario[] = [
  {
    name: "500 publications over two cuts: none missing, none twice, in order",
    async play(stage) {
      const channel = stage.channel("room:count");
      await using ann = await stage.connected("ann");
      expect(await ann.subscribe(channel, { recoverable: true })).toMatchObject({
        recoverable: true,
        wasRecovering: false,
        position: { offset: 0 },
      });
      await throughTwoCuts(stage, ann, channel);
    },
  },
  {
    name: "the same where the server subscribed it",
    async play(stage) {
      const channel = stage.channel("closed:count");
      const subs = { [channel]: { override: { force_recovery: { value: true } } } };
      await using ann = await stage.connected("ann", {
        token: token({ sub: stage.user("ann"), subs }),
      });
      expect(await ann.subscribed(channel)).toMatchObject({ server: true, recoverable: true });
      await throughTwoCuts(stage, ann, channel);
    },
  },
  {
    name: "history that is gone meanwhile: recovered is false, and it hears on",
    async play(stage) {
      const channel = stage.channel("room:gone");
      const { api } = stage.world;
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { recoverable: true });
      await publish(stage, channel, [1]);
      await ann.line("publication", ({ data }) => data === 1);
      const from = ann.now;
      await away(stage, ann, async () => {
        await publish(stage, channel, [2]);
        await api.result("history_remove", { channel });
      });
      expect(await ann.subscribed(channel, from)).toMatchObject({ wasRecovering: true, recovered: false });
      await publish(stage, channel, [3]);
      await ann.line("publication", ({ data }) => data === 3);
      expect(ann.heard(channel)).toEqual([1, 3]);
    },
  },
  {
    name: "without recovery, what was published meanwhile is not heard",
    async play(stage) {
      const channel = stage.channel("room:plain");
      await using ann = await stage.connected("ann");
      await ann.subscribe(channel, { positioned: true });
      const from = ann.now;
      await away(stage, ann, () => publish(stage, channel, [1]));
      expect(await ann.subscribed(channel, from)).toMatchObject({ positioned: true, wasRecovering: false });
      await publish(stage, channel, [2]);
      await ann.line("publication");
      expect(ann.heard(channel)).toEqual([2]);
    },
  },
];
