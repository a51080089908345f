import type { Random } from "../random.ts";
import { type Faults, noFaults } from "../ways.ts";

/** The conditions of one simulation. */
export interface Weather {
  readonly nodes: number;
  readonly faults: Faults;
  /** How it is at the end, when everybody has to come to rest. */
  readonly calm: Faults;
  /** Time jumps, and histories run out. */
  readonly jumps: boolean;
  /** Calls fail. */
  readonly fails: boolean;
  /** Nothing is lost, fails or runs out; all is only late. */
  readonly gentle: boolean;
}

export function weatherOf(random: Random): Weather {
  const nodes = random.pick([1, 2, 2]);
  // One in five is a broker that answers and delivers at once.
  if (random.chance(0.2)) {
    const jumps = random.chance(0.5);
    return { nodes, faults: noFaults, calm: noFaults, jumps, fails: false, gentle: !jumps };
  }
  const calm: Faults = {
    ...noFaults,
    way: random.pick([1, 10, 100]),
    reach: random.pick([1, 10, 100]),
    atOnce: random.pick([0, 0, 0.3]),
  };
  if (random.chance(0.3)) return { nodes, faults: calm, calm, jumps: false, fails: false, gentle: true };
  const fails = random.chance(0.3);
  return {
    nodes,
    calm,
    faults: {
      ...calm,
      reordering: random.chance(0.5),
      losing: random.pick([0, 0.02, 0.1, 0.3]),
      overtaking: random.pick([0, 0, 0.1]),
      // What gives a place back has nobody to try it again: a broker tries it until the node is given up.
      failing: fails
        ? (method) => (method === "removePresence" || method === "announce" ? 0 : 0.05)
        : noFaults.failing,
    },
    jumps: random.chance(0.7),
    fails,
    gentle: false,
  };
}
