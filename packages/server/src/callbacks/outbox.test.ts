import { expect, test } from "bun:test";
import { backoff } from "./backoff.ts";
import { delivered, refused, settle, World } from "./testing.test.ts";

test("what is posted within the window goes in one request, in order", async () => {
  const world = new World();
  world.outbox.post("a", "x", "1");
  await world.advance(20);
  world.outbox.post("a", "y", "2");
  world.outbox.post("a", "x", "3");
  expect(world.tries).toEqual([]);
  await world.advance(30);
  expect(world.take().texts).toEqual(["1", "2", "3"]);
});

test("a request has so many letters at most, and a full one does not wait", async () => {
  const world = new World({ limits: { batchLetters: 2, window: 1_000_000 } });
  for (const text of ["1", "2", "3"]) world.outbox.post("a", text, text);
  await world.advance(1_000_000);
  expect(world.tries.map(({ texts }) => texts)).toEqual([["1", "2"], ["3"]]);
});

test("a request is bounded in size, but for a letter that is larger alone", async () => {
  const world = new World({ limits: { queueBytes: 10_000_000 } });
  const large = "x".repeat(200_000);
  world.outbox.post("a", "1", large);
  world.outbox.post("a", "2", large);
  world.outbox.post("a", "3", "y".repeat(500_000));
  await world.advance(50);
  expect(world.tries.map(({ texts }) => texts.map(({ length }) => length))).toEqual([
    [200_000],
    [200_000],
    [500_000],
  ]);
});

test("ids are unique, and the same for every try", async () => {
  const world = new World();
  world.outbox.post("a", "x", "1");
  world.outbox.post("a", "x", "2");
  await world.advance(50);
  const first = world.take();
  expect(new Set(first.ids).size).toBe(2);
  await first.answer(refused);
  await world.advance(1_000);
  expect(world.take().ids).toEqual(first.ids);
});

test("of a lane that waits for its next try nothing overtakes, and other lanes go on", async () => {
  const world = new World();
  world.outbox.post("a", "x", "x1");
  await world.advance(50);
  await world.take().answer(refused);
  world.outbox.post("a", "x", "x2");
  world.outbox.post("a", "y", "y1");
  await world.advance(50);
  const other = world.take();
  expect(other.texts).toEqual(["y1"]);
  await other.answer();
  expect(world.tries).toEqual([]);
  await world.advance(950);
  const again = world.take();
  expect(again.texts).toEqual(["x1"]);
  await again.answer();
  await world.advance(50);
  expect(world.take().texts).toEqual(["x2"]);
});

test("an endpoint that does not answer holds up no other", async () => {
  const world = new World({ endpoints: ["slow", "quick"] });
  world.outbox.post("slow", "x", "1");
  await world.advance(50);
  const stuck = world.take();
  for (const text of ["2", "3"]) {
    world.outbox.post("slow", "x", text);
    world.outbox.post("quick", "x", text);
    await world.advance(50);
    const quick = world.take();
    expect(quick).toMatchObject({ url: "quick", texts: [text] });
    await quick.answer();
  }
  await stuck.answer();
  await world.advance(50);
  expect(world.take()).toMatchObject({ url: "slow", texts: ["2", "3"] });
});

test("an endpoint gets four requests at once, however much waits", async () => {
  const world = new World();
  for (let i = 0; i < 10; i += 1) {
    world.outbox.post("a", `lane ${i}`, `${i}`);
    await world.advance(50);
  }
  expect(world.tries).toHaveLength(4);
  await world.take().answer();
  await world.advance(50);
  expect(world.tries.map(({ texts }) => texts)).toEqual([
    ["1"],
    ["2"],
    ["3"],
    ["4", "5", "6", "7", "8", "9"],
  ]);
});

test("tries come further and further apart, up to a minute, for five minutes at least", async () => {
  const world = new World();
  world.outbox.post("a", "x", "1");
  await world.advance(50);
  const start = world.clock.now();
  const at: number[] = [];
  for (let i = 0; i < 600; i += 1) {
    const one = world.tries.shift();
    if (one !== undefined) {
      at.push((world.clock.now() - start) / 1_000);
      await one.answer(refused);
    }
    await world.advance(1_000);
  }
  expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303]);
  expect(world.log.at(-1)).toBe("a lost 1 gave-up");
  expect(world.outbox.pending).toBe(0);
});

test("a clock that is set forward, or a machine that slept, takes no try from anybody", async () => {
  const world = new World();
  world.outbox.post("a", "x", "1");
  await world.advance(50);
  await world.take().answer(refused);
  await world.advance(3_600_000);
  await world.take().answer(refused);
  await world.advance(2_000);
  await world.take().answer();
  expect(world.log).toEqual(["a failed status-5xx", "a failed status-5xx", "a delivered 1"]);
});

test("what fails while it stops is not given up: it is the next process's", async () => {
  const world = new World({ limits: { retryFor: 500 } });
  world.outbox.post("a", "x", "1");
  await world.advance(50);
  await world.take().answer(refused);
  const stopping = world.outbox.stop(5_000);
  await settle();
  await world.take().answer(refused);
  await world.advance(5_000);
  await stopping;
  expect(world.log.at(-1)).toBe("a lost 1 stopped");
});

test("half of the time between tries is left to chance", () => {
  expect([1, 2, 3, 6, 7, 8, 100].map((tries) => [backoff(tries, 0), backoff(tries, 1)])).toEqual([
    [500, 1_000],
    [1_000, 2_000],
    [2_000, 4_000],
    [16_000, 32_000],
    [30_000, 60_000],
    [30_000, 60_000],
    [30_000, 60_000],
  ]);
});

test("memory is bounded: the oldest are lost, and counted, but for those in a request", async () => {
  const world = new World({ limits: { queueBytes: 5 * 210, batchLetters: 2 } });
  // Lane, text and overhead: 204 bytes each, so that five fit.
  for (const text of ["aa1", "bb1"]) world.outbox.post("a", text.charAt(0), text);
  await world.advance(50);
  const first = world.take();
  expect(first.texts).toEqual(["aa1", "bb1"]);
  // Behind the two that are on their way.
  for (let i = 1; i <= 9; i += 1) world.outbox.post("a", "a", `aa${i + 1}`);
  expect(world.outbox.pending).toBe(5);
  await first.answer(refused);
  // The request is over: now those are the oldest.
  world.outbox.post("a", "a", "new");
  expect(world.log).toEqual([
    ...Array.from({ length: 6 }, () => "a lost 1 queue-full"),
    "a failed status-5xx",
    "a lost 1 queue-full",
  ]);
  await world.advance(1_000);
  const again = world.take();
  expect(again.texts).toEqual(["bb1"]);
  await again.answer();
  await world.advance(50);
  await world.take().answer();
  await world.advance(50);
  expect(world.take().texts).toEqual(["aa10", "new"]);
});

test("a batch that was lost as a whole while it waited leaves its lanes to others", async () => {
  const world = new World({ limits: { queueBytes: 250 } });
  world.outbox.post("a", "x", "old");
  await world.advance(50);
  await world.take().answer(refused);
  world.outbox.post("a", "x", "new");
  await world.advance(50);
  expect(world.take().texts).toEqual(["new"]);
});

test("stopping sends what is gathered, tries again at once, and ends when all has arrived", async () => {
  const world = new World({ endpoints: ["a", "b"] });
  world.outbox.post("a", "x", "1");
  await world.advance(50);
  await world.take().answer(refused);
  world.outbox.post("a", "x", "2");
  world.outbox.post("b", "x", "3");
  let stopped = false;
  const stopping = world.outbox.stop(10_000).then(() => {
    stopped = true;
  });
  await settle();
  expect(world.tries.map(({ texts }) => texts)).toEqual([["3"], ["1"]]);
  await world.take().answer();
  await world.take().answer();
  expect(world.take().texts).toEqual(["2"]);
  expect(stopped).toBe(false);
  world.clock.advance(10_000);
  await stopping;
  expect(world.log.at(-1)).toBe("a lost 1 stopped");
});

test("stopping with nothing to tell takes no time", async () => {
  const world = new World();
  await world.outbox.stop(10_000);
  expect(world.log).toEqual([]);
});

test("what is on its way when the time is over is ended, and lost", async () => {
  const world = new World();
  world.outbox.post("a", "x", "1");
  const stopping = world.outbox.stop(1_000);
  await world.advance(1_000);
  await stopping;
  expect(world.take().aborted()).toBe(true);
  expect(world.log).toEqual(["a lost 1 stopped"]);
});

test("a letter to nobody is passed over", async () => {
  const world = new World();
  world.outbox.post("nobody", "x", "1");
  await world.advance(50);
  expect(world.tries).toEqual([]);
});

test("posting sends nothing in the turn of whoever posts, however much there is", async () => {
  const world = new World({ limits: { batchLetters: 1 } });
  for (let i = 0; i < 10; i += 1) world.outbox.post("a", `${i}`, `${i}`);
  expect(world.tries).toEqual([]);
  await world.advance(50);
  await world.take().answer(delivered);
});

test("many letters of one lane and of many lanes all arrive once, each lane in order, whatever fails", async () => {
  const world = new World({ limits: { batchLetters: 7, retryFor: 1e12 } });
  const got: string[] = [];
  let seed = 7;
  const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let i = 0; i < 2_000; i += 1) {
    const lane = `${Math.floor(chance() * 20)}`;
    world.outbox.post("a", lane, `${lane} ${i}`);
    if (chance() < 0.3) await world.advance(50);
    for (const one of world.tries.splice(0)) {
      const arrives = chance() < 0.6;
      if (arrives) got.push(...one.texts);
      await one.answer(arrives ? delivered : refused);
    }
  }
  while (world.outbox.pending > 0) {
    await world.advance(60_000);
    for (const one of world.tries.splice(0)) {
      got.push(...one.texts);
      await one.answer();
    }
  }
  expect(new Set(got).size).toBe(2_000);
  for (let lane = 0; lane < 20; lane += 1) {
    const numbers = got
      .filter((text) => text.startsWith(`${lane} `))
      .map((text) => Number(text.split(" ")[1]));
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  }
});
