import { expect, test } from "bun:test";
import type { Observer } from "../core/observer.ts";
import { Pool } from "../core/pool.ts";
import { ManualClock } from "../core/testing/manual-clock.ts";
import { SlowReaders, type Reader } from "./slow-readers.ts";

const limits = { queueLimit: 1_000_000, sharedLimit: 10_000_000 };

/** Clients by what each has unread, and how often somebody looked. */
class Clients {
  looks = 0;
  readonly closed: number[] = [];
  readonly clock = new ManualClock();
  readonly slow = new SlowReaders(limits, new Proxy({}, { get: () => () => undefined }) as Observer);

  constructor(readonly unread: number[]) {
    const pool = new Pool<Reader>();
    const look = (index: number): number => {
      this.looks += 1;
      return this.unread[index] ?? 0;
    };
    for (const index of unread.keys())
      pool.add({
        place: -1,
        get buffered() {
          return look(index);
        },
        connection: {
          receive: () => undefined,
          alive: () => undefined,
          gone: () => undefined,
          close: () => {
            this.closed.push(index);
            this.unread[index] = 0;
          },
        },
      });
    this.slow.watch(pool);
    this.slow.start(this.clock);
  }
}

test("one who is behind does not have all clients looked at for every publication", async () => {
  const clients = new Clients([1_000, ...Array.from({ length: 9_999 }, () => 0)]);
  for (let n = 0; n < 1_000; n += 1) {
    clients.slow.congested(140, 1);
    await Promise.resolve();
  }
  expect(clients.looks).toBe(0);
});

test("what goes to many who are behind is looked at before the limit of all is far behind", async () => {
  const clients = new Clients(Array.from({ length: 100 }, () => 0));
  for (let n = 0; n < 12; n += 1) {
    for (const index of clients.unread.keys()) clients.unread[index] = (clients.unread[index] ?? 0) + 9_000;
    clients.slow.congested(9_000, 100);
    await Promise.resolve();
  }
  const left = clients.unread.reduce((sum, unread) => sum + unread, 0);
  expect(left).toBeLessThanOrEqual(limits.sharedLimit);
  expect(clients.closed.length).toBeGreaterThan(0);
  expect(clients.closed.length).toBeLessThan(50);
});
