import type { Clock } from "../core/clock.ts";
import { closure } from "../core/closure.ts";
import type { Pool, Pooled } from "../core/pool.ts";
import type { Connection } from "../protocols/protocol.ts";

/** Milliseconds. */
export const drainRound = 50;

interface Client extends Pooled {
  readonly connection: Connection | undefined;
}

/**
 * Tells every client to come back elsewhere, spread evenly over `duration` milliseconds, so that those who take them in
 * are not overrun. Resolves when all have been told.
 */
export async function moveOn(clients: Pool<Client>, clock: Clock, duration: number): Promise<void> {
  const rounds = Math.max(1, Math.floor(duration / drainRound));
  for (let left = rounds; left > 0 && clients.size > 0; left -= 1) {
    const share = Math.ceil(clients.size / left);
    for (const client of clients.all().slice(0, share))
      client.connection?.close(closure("shutdown", "the server stops"));
    if (left > 1) await clock.delay(drainRound);
  }
}
