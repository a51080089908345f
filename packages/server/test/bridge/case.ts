import type { Encoding, Wire } from "../clients.ts";
import { World } from "./world.ts";

/** Where something comes from or shows: a client of a wire, or a server API. */
export type Source = Wire | "pusher-api" | "centrifugo-api";

export type Rule = `B${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14}`;

/** One row of the table: what the bridge promises, from where to where. */
export interface BridgeCase {
  readonly rule: Rule;
  readonly from: Source;
  readonly to: Source;
  readonly name: string;
  /** What the official Centrifugo clients speak, where a case does not choose. @default json */
  readonly encoding?: Encoding;
  /** Sections of the configuration that differ from the bridge's own. */
  readonly config?: Readonly<Record<string, unknown>>;
  run(world: World): Promise<void>;
}

export const wires = ["pusher", "centrifugo"] as const satisfies readonly Wire[];
export const apis = ["pusher-api", "centrifugo-api"] as const satisfies readonly Source[];
export const sources = [...wires, ...apis] as const satisfies readonly Source[];

/** Refused for want of a right, in each wire's own number. */
export const denied = { pusher: 4009, centrifugo: 103 } as const satisfies Record<Wire, number>;

/** Every source with every target. */
export function pairs<A, B>(froms: readonly A[], tos: readonly B[]): (readonly [A, B])[] {
  return froms.flatMap((from) => tos.map((to) => [from, to] as const));
}

/** Milliseconds that a case may take before it counts as failed: something it waits for does not come. */
export const caseTimeout = 5_000;

export function titleOf({ rule, from, to, name, encoding = "json" }: BridgeCase): string {
  return `${rule} ${from} to ${to}${encoding === "json" ? "" : `, in ${encoding}`}: ${name}`;
}

/** Runs a case on a server of its own. */
export async function runCase(one: BridgeCase): Promise<void> {
  await using world = new World(one.config, one.encoding);
  await one.run(world);
}
