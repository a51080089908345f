import type { Clock } from "../core/clock.ts";

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds);
    return () => {
      clearInterval(timer);
    };
  },
  delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
};
