import type { CuttableProxy } from "./cuttable-proxy.ts";
import { Random } from "../src/brokers/testing/random.ts";

/** Sections of a configuration in which channels that begin so recover Pusher clients. */
export function recoveringConfig(prefix: string, app: Record<string, unknown>, recovery = "30s") {
  return {
    apps: [{ ...app, public_channels: true, namespaces: { [prefix]: "kept" } }],
    channel: {
      namespaces: [{ name: "kept", history_size: 5_000, history_ttl: "60s", pusher_recovery: recovery }],
    },
  };
}

/** The numbers that a client heard, in order. */
export interface Verdict {
  /** Numbers that came behind a larger one that was not the one before: a gap, or out of order. */
  readonly wrong: readonly number[];
  /** How often it went back: a repeat begins. */
  readonly repeats: number;
  readonly repeated: number;
}

/** Judges what was heard of 1, 2, 3 and so on: each number is the next, or one that was heard before. */
export function judge(heard: readonly number[]): Verdict {
  let top = 0;
  let previous = 0;
  let repeats = 0;
  const wrong: number[] = [];
  for (const number of heard) {
    // A repeat is a jump back; from there on, each number is the next again.
    if (number !== previous + 1) {
      if (number > top) wrong.push(number);
      else repeats += 1;
    }
    previous = number;
    top = Math.max(top, number);
  }
  return { wrong, repeats, repeated: heard.length - new Set(heard).size };
}

/** When what happens, in milliseconds: the same for a seed each time. */
export interface CutTerms {
  readonly seed: number;
  readonly proxy: CuttableProxy;
  readonly publish: (number: number) => Promise<unknown>;
}

const publications = 1_000;

/**
 * Publishes 1,000 numbers while the connection is lost twice: once both ends come to know of it, in either order; once
 * only the client does, and the server holds a connection that looks alive.
 */
export async function publishThroughCuts({ seed, proxy, publish }: CutTerms): Promise<void> {
  const random = new Random(seed);
  const pause = 5 + random.below(6);
  const first = 50 + random.below(400);
  const second = first + 150 + random.below(250);
  const told: { readonly at: number; readonly notice: () => void }[] = [];
  for (let number = 1; number <= publications; number += 1) {
    if (number === first || number === second) {
      const { clientNotices, serverNotices } = proxy.freeze();
      told.push({ at: number + 1 + random.below(60), notice: clientNotices });
      if (number === first) told.push({ at: number + 1 + random.below(60), notice: serverNotices });
    }
    for (const { at, notice } of told) if (at === number) notice();
    await publish(number);
    await Bun.sleep(pause);
  }
}
