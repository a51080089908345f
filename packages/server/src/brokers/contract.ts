import type { Broker } from "../core/broker.ts";
import { ordersContract } from "./contract/orders.ts";
import { deliveryContract } from "./contract/delivery.ts";
import { historyContract } from "./contract/history.ts";
import { keepingContract } from "./contract/keeping.ts";
import { presenceContract } from "./contract/presence.ts";

/** A broker under test: one store, its nodes, and the time that rules it. */
export interface Workbench {
  /** One more node on the store, not opened yet. */
  node(): Broker;
  /** Lets time pass for the store: a clock of the test's own, or a wait. */
  pass(milliseconds: number): Promise<void>;
  /** Resolves when what has been sent to the nodes has arrived, as far as that can be known. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What a broker promises beyond delivery. A skipped test names an ability, never a broker. */
export interface Abilities {
  /** Nodes that can share the store. */
  readonly nodes: "one" | "many";
  readonly history: boolean;
  readonly presence: boolean;
  readonly idempotency: boolean;
  readonly cacheSlot: boolean;
  /** A node that has unsubscribed does not hear the channel any more. */
  readonly selective: boolean;
  /** A time to live to test with, in milliseconds: short where the broker's time is real. */
  readonly moment: number;
  /** Five minutes can be waited for. */
  readonly patient: boolean;
  /** What the store was opened with, in milliseconds. */
  readonly presenceTtl: number;
}

export type OpenWorkbench = () => Promise<Workbench>;

/** What the port's documentation says, sentence by sentence, for any broker (`core/broker.ts`). */
export function brokerContract(name: string, open: OpenWorkbench, can: Abilities): void {
  deliveryContract(name, open, can);
  historyContract(name, open, can);
  keepingContract(name, open, can);
  presenceContract(name, open, can);
  ordersContract(name, open, can);
}
