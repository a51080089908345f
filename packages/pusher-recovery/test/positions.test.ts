import { expect, test } from "bun:test";
import { Positions } from "../src/positions.ts";

const channel = "private-a";

function frame(event: string, offset: number, more: object = {}): string {
  return JSON.stringify({ event, channel, data: "{}", offset, epoch: "e", ...more });
}

const succeeded = "pusher_internal:subscription_succeeded";

test("cut off between the answer and the word of the gap, a client asks from where it was", () => {
  const positions = new Positions();
  positions.ask(channel);
  positions.take(frame(succeeded, 1, { recovered: false }));
  positions.ask(channel);
  positions.take(frame(succeeded, 9, { recovered: false }));
  // The word of the gap has not come.
  expect(positions.ask(channel)).toMatchObject({ offset: 1, epoch: "e" });
  positions.take(frame(succeeded, 9, { recovered: false }));
  expect(positions.take(frame("twinwire:gap", 9))).toBe(true);
  expect(positions.ask(channel)).toMatchObject({ offset: 9, epoch: "e" });
});

test("a gap that leads back in the stream is heard", () => {
  const positions = new Positions();
  positions.ask(channel);
  positions.take(frame(succeeded, 9, { recovered: false }));
  expect(positions.take(frame("twinwire:gap", 3))).toBe(true);
  expect([4, 4, 5].map((offset) => positions.take(frame("n", offset)))).toEqual([true, false, true]);
});

test("it names its last sixteen connections, each once", () => {
  const positions = new Positions();
  for (let i = 0; i < 20; i += 1) for (const again of [i, i]) positions.connected(`1.${again}`);
  const { sockets } = positions.ask(channel);
  expect([sockets.length, sockets[0], sockets.at(-1)]).toEqual([16, "1.4", "1.19"]);
});
