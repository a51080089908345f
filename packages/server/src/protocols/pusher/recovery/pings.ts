import type { StreamPosition } from "../../../core/publication.ts";

/** How far one subscription of a connection surely has got. */
export interface Proven {
  proven: StreamPosition;
}

interface Mark {
  readonly place: Proven;
  readonly position: StreamPosition;
}

/** A ping on its way, and what had been sent to the client before it. */
export interface Ping {
  /** Above those of all pings before, of whatever connection. */
  readonly number: number;
  /** Unix milliseconds. */
  readonly sentAt: number;
  readonly marks: readonly Mark[];
}

/** Pings that one connection may owe: a client that takes longer than their time to answer is proven by the first of them. */
const mostOut = 3;

/**
 * The pings of one connection. A pong proves what was sent before its ping, because TCP keeps the order; one that
 * answers no ping of ours proves nothing.
 */
export class Pings {
  private readonly out: Ping[] = [];
  /** Number of the newest ping that was answered; 0 = none was. */
  answered = 0;

  sent(ping: Ping): void {
    // The oldest stay: an answer to the newest, which is given up, would only be later.
    if (this.out.length === mostOut) this.out.pop();
    this.out.push(ping);
  }

  /** A pong with this number came. False where it answers nothing. */
  pong(number: number): boolean {
    const index = this.out.findIndex((ping) => ping.number === number);
    const ping = this.out[index];
    if (ping === undefined) return false;
    for (const { place, position } of ping.marks) place.proven = position;
    // What was sent before it has arrived before it.
    this.out.splice(0, index + 1);
    this.answered = number;
    return true;
  }

  /** When the oldest ping was sent that is not answered, Unix milliseconds; undefined = all are. */
  get owedSince(): number | undefined {
    return this.out[0]?.sentAt;
  }
}
