import { expect, test } from "bun:test";
import type { Abilities, OpenWorkbench } from "../contract.ts";
import {
  everything,
  hello,
  keptIn,
  keyOf,
  lobby,
  nothingKept,
  offsets,
  saying,
  Setting,
  together,
  wide,
} from "./bench.ts";

const fiveMinutes = 5 * 60_000;
const halfAnHour = 30 * 60_000;

/** Idempotency keys and cache slots. */
export function keepingContract(name: string, open: OpenWorkbench, can: Abilities): void {
  const once = { ...nothingKept, idempotencyKey: "order-1" };
  const slot = { ...nothingKept, cacheTtl: halfAnHour };

  test.skipIf(!can.idempotency || !can.history)(
    `${name}: a second publish with the same key gives the first one's position, and does nothing`,
    async () => {
      await using setting = await Setting.open(open);
      const { broker, ear } = await setting.node(lobby);
      const keeping = { ...keptIn(wide), idempotencyKey: "order-1" };
      const first = await broker.publish(lobby, hello, keeping);
      const between = await broker.publish(lobby, hello, keptIn(wide));
      expect(between?.offset).toBe(2);
      expect(await broker.publish(lobby, saying('"other"'), keeping)).toEqual(first);
      expect(offsets(await broker.history(lobby, everything, wide))).toEqual([1, 2]);
      await ear.until(() => ear.heard.length >= 2);
      await setting.bench.settled();
      expect(ear.heard).toHaveLength(2);
    },
  );

  test.skipIf(!can.idempotency)(
    `${name}: a key holds without history too, and for its own channel only`,
    async () => {
      await using setting = await Setting.open(open);
      const other = keyOf("other");
      const { broker, ear } = await setting.node(lobby, other);
      for (let again = 0; again < 3; again += 1)
        expect(await broker.publish(lobby, hello, once)).toBeUndefined();
      await broker.publish(other, hello, once);
      await broker.publish(lobby, hello, { ...once, idempotencyKey: "order-2" });
      await ear.until(() => ear.heard.length >= 3);
      await setting.bench.settled();
      expect(ear.of(lobby)).toHaveLength(2);
      expect(ear.of(other)).toHaveLength(1);
    },
  );

  test.skipIf(!can.idempotency || !can.history)(
    `${name}: of many concurrent publishes with one key, one is done`,
    async () => {
      await using setting = await Setting.open(open);
      const { broker } = await setting.node(lobby);
      const keeping = { ...keptIn(wide), idempotencyKey: "order-1" };
      const answers = await together(Array.from({ length: 20 }, () => broker.publish(lobby, hello, keeping)));
      expect(new Set(answers.map((position) => position?.offset))).toEqual(new Set([1]));
      expect(offsets(await broker.history(lobby, everything, wide))).toEqual([1]);
    },
  );

  test.skipIf(!can.idempotency || !can.patient)(`${name}: a key is good for five minutes`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    await broker.publish(lobby, hello, once);
    await setting.bench.pass(fiveMinutes - 1_000);
    await broker.publish(lobby, hello, once);
    await setting.bench.pass(2_000);
    await broker.publish(lobby, hello, once);
    await ear.until(() => ear.heard.length >= 2);
    await setting.bench.settled();
    expect(ear.heard).toHaveLength(2);
  });

  const cached = test.skipIf(!can.cacheSlot);

  cached(
    `${name}: a cache slot holds the last publication that was put there, and how long it will`,
    async () => {
      await using setting = await Setting.open(open);
      const { broker } = await setting.node();
      expect(await broker.cached(lobby)).toBeUndefined();
      await broker.publish(lobby, saying("1"), slot);
      await broker.publish(lobby, saying("2"), slot);
      await broker.publish(lobby, saying("3"), nothingKept);
      const held = await broker.cached(lobby);
      expect(held?.publication).toEqual({ ...saying("2"), position: undefined });
      expect(held?.remaining).toBeGreaterThan(halfAnHour - 60_000);
      expect(held?.remaining).toBeLessThanOrEqual(halfAnHour);
      expect(await broker.cached(keyOf("other"))).toBeUndefined();
    },
  );

  test.skipIf(!can.cacheSlot || !can.history)(
    `${name}: history and cache slot keep the same publication`,
    async () => {
      await using setting = await Setting.open(open);
      const { broker } = await setting.node();
      const position = await broker.publish(lobby, hello, { ...slot, history: wide });
      expect((await broker.cached(lobby))?.publication).toEqual({ ...hello, position });
      await broker.removeHistory(lobby);
      expect((await broker.cached(lobby))?.publication).toEqual({ ...hello, position });
    },
  );

  cached(`${name}: a cache slot holds bytes as they are`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const content = { kind: "bytes", bytes: Uint8Array.of(0, 255, 10) } as const;
    await broker.publish(lobby, { ...hello, content }, { ...nothingKept, cacheTtl: 60_000 });
    expect((await broker.cached(lobby))?.publication.content).toEqual(content);
  });

  cached(`${name}: a cache slot is empty after its time`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.publish(lobby, hello, { ...nothingKept, cacheTtl: can.moment });
    await setting.bench.pass(can.moment * 1.1);
    expect(await broker.cached(lobby)).toBeUndefined();
  });
}
