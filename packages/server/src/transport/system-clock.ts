import type { Clock } from "../core/clock.ts";

/** Works of one period, which one timer serves: an idle server wakes up for all of them at once. */
interface Beat {
  readonly works: Set<() => void>;
  readonly timer: ReturnType<typeof setInterval>;
}

/** A timer cannot be set for longer, and would go off all the time instead. */
const longest = 2 ** 31 - 1;

const beats = new Map<number, Beat>();

function beat(milliseconds: number): Beat {
  const works = new Set<() => void>();
  const timer = setInterval(() => {
    for (const work of works) work();
  }, milliseconds);
  return { works, timer };
}

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every(period, work) {
    const milliseconds = Math.min(period, longest);
    const known = beats.get(milliseconds) ?? beat(milliseconds);
    beats.set(milliseconds, known);
    // Its own function each time: the same work may be asked for twice.
    const own = (): void => {
      work();
    };
    known.works.add(own);
    return () => {
      known.works.delete(own);
      if (known.works.size > 0 || beats.get(milliseconds) !== known) return;
      clearInterval(known.timer);
      beats.delete(milliseconds);
    };
  },
  delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
};
