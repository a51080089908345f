import { afterAll, expect, test } from "bun:test";
import { Asker, type AskerLimits } from "./asker.ts";

let answer: () => Promise<string> = () => Promise.resolve("ok");
let most = 0;
let open = 0;
let opened: (count: number) => void = () => undefined;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch() {
    open += 1;
    most = Math.max(most, open);
    opened(open);
    try {
      return new Response(await answer());
    } finally {
      open -= 1;
    }
  },
});

afterAll(() => server.stop(true));

const limits: AskerLimits = { timeout: 5_000, open: 2, waiting: 3, answer: 100 };
const request = { url: `http://127.0.0.1:${server.port}/`, headers: {}, body: "{}" };
const wanted = (): boolean => true;

function gate(): () => void {
  let release = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });
  answer = async () => {
    await opened;
    return "ok";
  };
  return release;
}

test("so many are open at a time, so many wait, and the rest is not asked", async () => {
  most = 0;
  const release = gate();
  const two = new Promise<void>((resolve) => {
    opened = (count) => {
      if (count === 2) resolve();
    };
  });
  const asker = new Asker(limits);
  const asked = Array.from({ length: 7 }, () => asker.ask({ request, wanted }));
  expect([asker.open, asker.waiting]).toEqual([2, 3]);
  expect(
    (await Promise.all(asked.slice(5))).map((one) => (one.kind === "failed" ? one.failure : "answered")),
  ).toEqual(["busy", "busy"]);
  await two;
  release();
  for (const one of await Promise.all(asked.slice(0, 5)))
    expect(one).toEqual({ kind: "answered", status: 200, text: "ok" });
  expect(most).toBe(2);
  expect([asker.open, asker.waiting]).toEqual([0, 0]);
});

test("who waits too long for a place is not asked either", async () => {
  const release = gate();
  const asker = new Asker({ ...limits, timeout: 50, open: 1 });
  const asked = await Promise.all([asker.ask({ request, wanted }), asker.ask({ request, wanted })]);
  expect(asked.map((one) => (one.kind === "failed" ? one.failure : "answered"))).toEqual([
    "timeout",
    "timeout",
  ]);
  release();
  expect([asker.open, asker.waiting]).toEqual([0, 0]);
});

test("nobody asks for who has gone", async () => {
  const release = gate();
  const asker = new Asker({ ...limits, open: 1 });
  const first = asker.ask({ request, wanted });
  let here = true;
  const second = asker.ask({ request, wanted: () => here });
  here = false;
  release();
  await first;
  expect(await second).toMatchObject({ failure: "unwanted" });
  expect(asker.open).toBe(0);
});

test("a stop ends what is open", async () => {
  const release = gate();
  const asker = new Asker(limits);
  const asked = asker.ask({ request, wanted });
  asker.stop();
  expect(await asked).toMatchObject({ failure: "stopped" });
  release();
});
