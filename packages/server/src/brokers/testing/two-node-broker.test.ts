import { brokerContract } from "../contract.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import { Cluster } from "./two-node-broker.ts";
import { type Faults, noFaults } from "./ways.ts";

const presenceTtl = 60_000;

const settings: readonly (readonly [string, Faults])[] = [
  ["two nodes, all at once", noFaults],
  ["two nodes, all later", { ...noFaults, way: 20, reach: 20, atOnce: 0, reordering: true }],
  ["two nodes, some at once", { ...noFaults, way: 20, reach: 20, atOnce: 0.5 }],
];

for (const [name, faults] of settings)
  brokerContract(
    name,
    async () => {
      const schedule = new Schedule();
      const cluster = new Cluster({ schedule, random: new Random(1), presenceTtl, faults });
      let closed = false;
      const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const run = async (): Promise<void> => {
        while (!closed) {
          if (!schedule.idle) schedule.step();
          await turn();
        }
      };
      void run();
      return {
        node: () => cluster.node(),
        async settled() {
          while (!schedule.idle) await turn();
        },
        async pass(milliseconds) {
          while (!schedule.idle) await turn();
          schedule.jump(milliseconds);
        },
        async close() {
          closed = true;
        },
      };
    },
    {
      nodes: "many",
      history: true,
      presence: true,
      idempotency: true,
      cacheSlot: true,
      selective: true,
      moment: 10_000,
      patient: true,
      presenceTtl,
    },
  );
