import { expect, test } from "bun:test";
import type { Publication } from "../../core/publication.ts";
import { brokerContract } from "../contract.ts";
import {
  everything,
  hello,
  keptIn,
  keyOf,
  lobby,
  nothingKept,
  onlyPosition,
  wide,
} from "../contract/bench.ts";
import { Schedule } from "../testing/schedule.ts";
import { MemoryBroker, type MemoryBrokerOptions } from "./memory-broker.ts";

const presenceTtl = 60_000;

/** Runs what is planned within the time, as the system's timers would. */
function passOn(schedule: Schedule, milliseconds: number): void {
  const end = schedule.now() + milliseconds;
  while ((schedule.next ?? end) < end) schedule.step();
  schedule.jump(end - schedule.now());
}

for (const sweeping of [true, false])
  brokerContract(
    sweeping ? "memory" : "memory that nothing sweeps",
    async () => {
      const schedule = new Schedule();
      return {
        node: () => new MemoryBroker({ clock: schedule, presenceTtl }),
        async pass(milliseconds) {
          if (sweeping) passOn(schedule, milliseconds);
          else schedule.jump(milliseconds);
        },
        settled: async () => undefined,
        close: async () => undefined,
      };
    },
    {
      nodes: "one",
      history: true,
      presence: true,
      idempotency: true,
      cacheSlot: true,
      selective: false,
      moment: 1_000,
      patient: true,
      presenceTtl,
    },
  );

function opened(options: Partial<MemoryBrokerOptions> = {}) {
  const schedule = new Schedule();
  const heard: Publication[] = [];
  const broker = new MemoryBroker({ clock: schedule, presenceTtl, ...options });
  broker.open({
    publication: (_key, publication) => heard.push(publication),
    membership: () => undefined,
    control: () => undefined,
  });
  return { schedule, broker, heard };
}

test("the memory broker has delivered when publish returns", () => {
  const { broker, heard } = opened();
  broker.publish(lobby, hello, nothingKept);
  expect(heard).toHaveLength(1);
  const position = broker.publish(lobby, hello, keptIn(wide));
  expect(heard[1]?.position).toEqual(position);
});

test("what was stored can be read by whoever hears the publication", () => {
  const schedule = new Schedule();
  const broker = new MemoryBroker({ clock: schedule, presenceTtl });
  let seen = -1;
  broker.open({
    publication: (key) => {
      seen = broker.history(key, onlyPosition, wide).position.offset;
    },
    membership: () => undefined,
    control: () => undefined,
  });
  broker.publish(lobby, hello, keptIn(wide));
  expect(seen).toBe(1);
});

test("positions of channels that nobody published to are bounded, the oldest goes first, and it is counted", () => {
  let evicted = 0;
  const { broker } = opened({
    unusedStreams: 3,
    onEvict: (count) => {
      evicted += count;
    },
  });
  const epochOf = (name: string): string => broker.history(keyOf(name), onlyPosition, wide).position.epoch;
  broker.publish(keyOf("used"), hello, keptIn(wide));
  const [used, a, d] = [epochOf("used"), epochOf("a"), (epochOf("b"), epochOf("c"), epochOf("d"))];
  expect(evicted).toBe(1);
  expect(epochOf("d")).toBe(d);
  expect(epochOf("used")).toBe(used);
  expect(epochOf("a")).not.toBe(a);
  expect(evicted).toBe(2);
});

test("results of publishes with an idempotency key are bounded, and it is counted", () => {
  let evicted = 0;
  const { broker, heard } = opened({
    recentResults: 2,
    onEvict: (count) => {
      evicted += count;
    },
  });
  for (const idempotencyKey of ["1", "2", "3", "3", "2", "1"])
    broker.publish(lobby, hello, { ...nothingKept, idempotencyKey });
  expect(heard).toHaveLength(4);
  expect(evicted).toBe(2);
});

test("a stream trimmed many times gives the newest", () => {
  const { broker } = opened();
  for (let count = 0; count < 1_000; count += 1) broker.publish(lobby, hello, keptIn({ ...wide, size: 7 }));
  const { publications, position } = broker.history(lobby, everything, wide);
  expect(position.offset).toBe(1_000);
  expect(publications.map((one) => one.position?.offset)).toEqual([994, 995, 996, 997, 998, 999, 1_000]);
});

test("the sweep stops with the broker", () => {
  const { broker, schedule } = opened();
  broker.close();
  while (schedule.step());
  expect(schedule.next).toBeUndefined();
});
