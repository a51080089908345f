import { expect, test } from "bun:test";
import { closure } from "./closure.ts";
import { Leaver } from "./mass-closing.ts";
import type { Session } from "./session.ts";
import { ManualClock } from "./testing/manual-clock.ts";

const why = closure("force-disconnect", "a test");

function session(close: () => void): Session {
  return { close } as unknown as Session;
}

test("many are closed over several turns", async () => {
  let closed = 0;
  const all = Array.from({ length: 450 }, () => session(() => (closed += 1)));
  const leaver = new Leaver(new ManualClock());
  const done = leaver.close(all, why);
  expect(closed).toBe(200);
  await done;
  expect(closed).toBe(450);
});

test("a close that fails in a later turn does not end mass closes for ever", async () => {
  const quiet = Array.from({ length: 200 }, () => session(() => undefined));
  const failing = session(() => {
    throw new Error("broken");
  });
  const leaver = new Leaver(new ManualClock());
  const first = leaver.close([...quiet, failing], why).catch((cause: unknown) => cause);
  expect(await first).toBeInstanceOf(Error);
  let closed = 0;
  await leaver.close([session(() => (closed += 1))], why);
  expect(closed).toBe(1);
});
