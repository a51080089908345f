import { expect, test } from "bun:test";
import type { Broker } from "../../core/broker.ts";
import type { HistoryBounds } from "../../core/publication.ts";
import type { Abilities, OpenWorkbench } from "../contract.ts";
import {
  everything,
  hello,
  keptIn,
  keyOf,
  lobby,
  nothingKept,
  offsets,
  onlyPosition,
  Setting,
  times,
  together,
  wide,
} from "./bench.ts";

/** Of eight publications, 4 to 8 are kept. */
const short: HistoryBounds = { ...wide, size: 5 };

const queries: readonly {
  readonly since?: number;
  readonly limit: number;
  readonly reverse?: true;
  readonly gives: readonly number[];
}[] = [
  { limit: -1, gives: [4, 5, 6, 7, 8] },
  { limit: 0, gives: [] },
  { limit: 2, gives: [4, 5] },
  { limit: 99, gives: [4, 5, 6, 7, 8] },
  { since: 5, limit: -1, gives: [6, 7, 8] },
  { since: 5, limit: 2, gives: [6, 7] },
  { since: 5, limit: 0, gives: [] },
  { since: 8, limit: -1, gives: [] },
  { since: 99, limit: -1, gives: [] },
  // What followed is not kept any more: from the oldest there is, so that the reader sees the hole.
  { since: 0, limit: -1, gives: [4, 5, 6, 7, 8] },
  { since: 1, limit: 2, gives: [4, 5] },
  { since: 3, limit: 2, gives: [4, 5] },
  { limit: -1, reverse: true, gives: [8, 7, 6, 5, 4] },
  { limit: 2, reverse: true, gives: [8, 7] },
  { limit: 0, reverse: true, gives: [] },
  { since: 6, limit: -1, reverse: true, gives: [5, 4] },
  { since: 6, limit: 1, reverse: true, gives: [5] },
  { since: 4, limit: -1, reverse: true, gives: [] },
  { since: 2, limit: -1, reverse: true, gives: [] },
  { since: 9, limit: 2, reverse: true, gives: [8, 7] },
  { since: 99, limit: 2, reverse: true, gives: [8, 7] },
];

async function publishTimes(broker: Broker, count: number, bounds: HistoryBounds): Promise<void> {
  for (let index = 0; index < count; index += 1) await broker.publish(lobby, hello, keptIn(bounds));
}

export function historyContract(name: string, open: OpenWorkbench, can: Abilities): void {
  const it = test.skipIf(!can.history);
  const long = 10 * can.moment;

  it(`${name}: 100 concurrent publishes get 100 consecutive offsets, and are heard in their order`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    const answers = await together(times(100, () => broker.publish(lobby, hello, keptIn(wide))));
    const given = answers.map((position) => position?.offset ?? 0).toSorted((a, b) => a - b);
    expect(given).toEqual(times(100, (index) => index + 1));
    await ear.until(() => ear.heard.length >= 100);
    expect(ear.positionsOf(lobby).map((position) => position?.offset)).toEqual(
      times(100, (index) => index + 1),
    );
    expect(new Set(ear.positionsOf(lobby).map((position) => position?.epoch)).size).toBe(1);
  });

  it(`${name}: data that is not newer than the newest is not published`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    const rows: readonly (readonly [number: number, epoch: string, offset: number])[] = [
      [5, "a", 1],
      [5, "a", 1],
      [4, "a", 1],
      // Without an epoch it is compared with whatever there is.
      [4, "", 1],
      [6, "", 2],
      [6, "", 2],
      // Another epoch counts anew.
      [1, "b", 3],
      [1, "b", 3],
      [2, "b", 4],
    ];
    for (const [number, epoch, offset] of rows) {
      const keeping = { ...keptIn(wide), version: { number: BigInt(number), epoch } };
      expect((await broker.publish(lobby, hello, keeping))?.offset).toBe(offset);
    }
    // What has no version is always published, and leaves the newest one as it is.
    expect((await broker.publish(lobby, hello, keptIn(wide)))?.offset).toBe(5);
    const late = { ...keptIn(wide), version: { number: 2n, epoch: "b" } };
    expect((await broker.publish(lobby, hello, late))?.offset).toBe(5);
    await ear.until(() => ear.heard.length >= 5);
    await setting.bench.settled();
    expect(ear.heard).toHaveLength(5);
    expect(offsets(await broker.history(lobby, everything, wide))).toEqual([1, 2, 3, 4, 5]);
  });

  test.skipIf(!can.history || can.nodes === "one")(
    `${name}: nodes that publish at once share one stream, and hear it in one order`,
    async () => {
      await using setting = await Setting.open(open);
      const nodes = [await setting.node(lobby), await setting.node(lobby)];
      await together(
        nodes.flatMap(({ broker }) => times(50, () => broker.publish(lobby, hello, keptIn(wide)))),
      );
      for (const { ear } of nodes) {
        await ear.until(() => ear.heard.length >= 100);
        expect(ear.positionsOf(lobby).map((position) => position?.offset)).toEqual(times(100, (n) => n + 1));
      }
    },
  );

  it(`${name}: each channel has offsets of its own`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await publishTimes(broker, 3, wide);
    const other = await broker.publish(keyOf("other"), hello, keptIn(wide));
    expect(other?.offset).toBe(1);
  });

  it(`${name}: a publication without history takes no place in the stream`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const first = await broker.publish(lobby, hello, keptIn(wide));
    expect(await broker.publish(lobby, hello, nothingKept)).toBeUndefined();
    const next = await broker.publish(lobby, hello, keptIn(wide));
    expect(next).toEqual({ offset: 2, epoch: first?.epoch ?? "" });
  });

  it(`${name}: a channel never used gets an epoch, top 0, which its first publication shares`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const { position, publications } = await broker.history(lobby, everything, wide);
    expect(position.offset).toBe(0);
    expect(position.epoch).not.toBe("");
    expect(publications).toEqual([]);
    expect((await broker.history(lobby, onlyPosition, wide)).position).toEqual(position);
    expect(await broker.publish(lobby, hello, keptIn(wide))).toEqual({ offset: 1, epoch: position.epoch });
    expect((await broker.history(keyOf("other"), onlyPosition, wide)).position.epoch).not.toBe(
      position.epoch,
    );
  });

  for (const { since, limit, reverse = false, gives } of queries)
    it(`${name}: of 4 to 8, since ${since}, limit ${limit}, reverse ${reverse} gives [${gives.join()}]`, async () => {
      await using setting = await Setting.open(open);
      const { broker } = await setting.node();
      await publishTimes(broker, 8, short);
      const page = await broker.history(lobby, { since, limit, reverse }, short);
      expect(offsets(page)).toEqual([...gives]);
      expect(page.position.offset).toBe(8);
    });

  it(`${name}: smaller bounds cut what larger ones kept`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await publishTimes(broker, 8, wide);
    await publishTimes(broker, 1, { ...wide, size: 2 });
    expect(offsets(await broker.history(lobby, everything, wide))).toEqual([8, 9]);
  });

  it(`${name}: publications run out after their time, and the position stays`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const bounds = { size: 10, ttl: can.moment, metaTtl: long };
    await publishTimes(broker, 2, bounds);
    const { position } = await broker.history(lobby, everything, bounds);
    await setting.bench.pass(can.moment * 1.1);
    expect(await broker.history(lobby, everything, bounds)).toEqual({ position, publications: [] });
    expect(await broker.publish(lobby, hello, keptIn(bounds))).toEqual({ offset: 3, epoch: position.epoch });
    expect(offsets(await broker.history(lobby, everything, bounds))).toEqual([3]);
  });

  it(`${name}: each publication gives all of them their full time again`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const bounds = { size: 10, ttl: can.moment, metaTtl: long };
    await publishTimes(broker, 1, bounds);
    await setting.bench.pass(can.moment * 0.6);
    await publishTimes(broker, 1, bounds);
    await setting.bench.pass(can.moment * 0.6);
    expect(offsets(await broker.history(lobby, everything, bounds))).toEqual([1, 2]);
  });

  it(`${name}: a stream that has been forgotten begins anew, under another epoch`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const bounds = { size: 10, ttl: can.moment, metaTtl: can.moment * 2 };
    const before = await broker.publish(lobby, hello, keptIn(bounds));
    await setting.bench.pass(can.moment * 2.2);
    const after = await broker.publish(lobby, hello, keptIn(bounds));
    expect(after?.offset).toBe(1);
    expect(after?.epoch).not.toBe(before?.epoch ?? "");
    expect(offsets(await broker.history(lobby, everything, bounds))).toEqual([1]);
    await setting.bench.pass(can.moment * 2.2);
    const { position } = await broker.history(lobby, onlyPosition, bounds);
    expect(position.offset).toBe(0);
    expect(position.epoch).not.toBe(after?.epoch ?? "");
  });

  it(`${name}: whoever reads a stream keeps its position alive`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const bounds = { size: 10, ttl: can.moment, metaTtl: can.moment * 2 };
    const before = await broker.publish(lobby, hello, keptIn(bounds));
    for (let round = 0; round < 3; round += 1) {
      await setting.bench.pass(can.moment * 1.2);
      expect((await broker.history(lobby, onlyPosition, bounds)).position).toEqual(
        before ?? { offset: 1, epoch: "" },
      );
    }
  });

  it(`${name}: removed history leaves the position, and offsets go on`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await publishTimes(broker, 3, wide);
    const { position } = await broker.history(lobby, everything, wide);
    await broker.removeHistory(lobby);
    expect(await broker.history(lobby, everything, wide)).toEqual({ position, publications: [] });
    expect(await broker.publish(lobby, hello, keptIn(wide))).toEqual({ offset: 4, epoch: position.epoch });
    expect(offsets(await broker.history(lobby, { ...everything, since: 1 }, wide))).toEqual([4]);
    await broker.removeHistory(keyOf("never"));
  });

  test.skipIf(!can.history || can.nodes === "one")(
    `${name}: what is published after a node's subscription was answered is heard, or shows as a gap`,
    async () => {
      await using setting = await Setting.open(open);
      const talker = await setting.node();
      const listener = await setting.node();
      const talk = (async () => {
        for (let index = 0; index < 40; index += 1) await talker.broker.publish(lobby, hello, keptIn(wide));
      })();
      await listener.broker.subscribe(lobby);
      const { position } = await listener.broker.history(lobby, onlyPosition, wide);
      await talk;
      await listener.ear.until(() => listener.ear.positionsOf(lobby).at(-1)?.offset === 40);
      const later = listener.ear
        .positionsOf(lobby)
        .map((heard) => heard?.offset ?? 0)
        .filter((offset) => offset > position.offset);
      expect(later).toEqual(times(40 - position.offset, (index) => position.offset + 1 + index));
    },
  );
}
