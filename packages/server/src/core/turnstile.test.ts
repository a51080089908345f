import { expect, test } from "bun:test";
import { after } from "./answer.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { Turnstile } from "./turnstile.ts";

/** A clock whose turns are passed by hand. */
class Turns extends ManualClock {
  private next: (() => void)[] = [];

  override nextTurn(): Promise<void> {
    return new Promise((turned) => {
      this.next.push(turned);
    });
  }

  async pass(): Promise<void> {
    for (const turned of this.next.splice(0)) turned();
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
  }
}

function setUp(): {
  turns: Turns;
  publish: (name: string, deliveries: number, bytes?: number) => void;
  done: string[];
} {
  const turns = new Turns();
  const turnstile = new Turnstile(turns, { deliveries: 10, bytes: 100 });
  const done: string[] = [];
  return {
    turns,
    done,
    publish: (name, deliveries, bytes = 1) => {
      void after(turnstile.enter() ?? undefined, () => {
        done.push(name);
        turnstile.spend(deliveries, bytes);
      });
    },
  };
}

test("a turn takes in what it may; the rest comes in the next ones, in its order", async () => {
  const { turns, publish, done } = setUp();
  for (const name of ["a", "b", "c", "d", "e"]) publish(name, 6);
  expect(done).toEqual(["a", "b"]);
  await turns.pass();
  expect(done).toEqual(["a", "b", "c", "d"]);
  publish("f", 1);
  await turns.pass();
  expect(done).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test("bytes are bounded as well", async () => {
  const { turns, publish, done } = setUp();
  publish("a", 1, 100);
  publish("b", 1);
  expect(done).toEqual(["a"]);
  await turns.pass();
  expect(done).toEqual(["a", "b"]);
});

test("after a quiet turn everybody comes in at once again", async () => {
  const { turns, publish, done } = setUp();
  publish("a", 10);
  await turns.pass();
  await turns.pass();
  publish("b", 10);
  expect(done).toEqual(["a", "b"]);
  publish("c", 10);
  expect(done).toEqual(["a", "b"]);
  await turns.pass();
  expect(done).toEqual(["a", "b", "c"]);
});
