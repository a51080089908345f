import { AgingMap } from "../core/aging-map.ts";
import { sizeOf, type Letter } from "./letter.ts";

export interface BatchLimits {
  /** Letters of one batch. */
  readonly letters: number;
  /** Characters of their texts, where there is more than one. */
  readonly size: number;
}

/**
 * Letters that wait for one endpoint. Those of a lane leave in their order, and of a lane that has some on their way
 * none leaves: whatever becomes of those, the next comes after them.
 */
export class Lanes {
  /** All that wait, by their order. */
  private readonly waiting = new AgingMap<number, Letter>();
  private readonly queues = new Map<string, Letter[]>();
  /** Lanes from which a letter may leave, in the order in which they became so. */
  private readonly ready = new Set<string>();
  private readonly busy = new Set<string>();
  /** What all that wait take of memory, about. */
  size = 0;

  get count(): number {
    return this.waiting.size;
  }

  /** Whether any letter may leave now. */
  get mayLeave(): boolean {
    return this.ready.size > 0;
  }

  get oldest(): Letter | undefined {
    return this.waiting.oldest()?.[1];
  }

  add(letter: Letter): void {
    this.waiting.add(letter.order, letter);
    this.size += sizeOf(letter);
    const { lane } = letter;
    const queue = this.queues.get(lane);
    if (queue !== undefined) {
      queue.push(letter);
      return;
    }
    this.queues.set(lane, [letter]);
    if (!this.busy.has(lane)) this.ready.add(lane);
  }

  /** Letters to send together, in their order; their lanes are busy until `free` is called for them. */
  take(limits: BatchLimits): Letter[] {
    const batch: Letter[] = [];
    let size = 0;
    for (const lane of this.ready) {
      const queue = this.queues.get(lane) ?? [];
      let count = 0;
      for (const { text } of queue) {
        const room = batch.length + count;
        if (room >= limits.letters || (room > 0 && size + text.length > limits.size)) break;
        size += text.length;
        count += 1;
      }
      if (count === 0) break;
      batch.push(...queue.splice(0, count));
      if (queue.length === 0) this.queues.delete(lane);
      this.ready.delete(lane);
      this.busy.add(lane);
    }
    for (const letter of batch) this.forget(letter);
    return batch.sort((one, other) => one.order - other.order);
  }

  /** Of these lanes nothing is on its way any more. */
  free(lanes: Iterable<string>): void {
    for (const lane of lanes) {
      this.busy.delete(lane);
      if (this.queues.has(lane)) this.ready.add(lane);
    }
  }

  /** Takes the oldest out for good. */
  drop(): Letter | undefined {
    const { oldest } = this;
    if (oldest === undefined) return undefined;
    this.forget(oldest);
    const queue = this.queues.get(oldest.lane);
    queue?.shift();
    if (queue?.length === 0) {
      this.queues.delete(oldest.lane);
      this.ready.delete(oldest.lane);
    }
    return oldest;
  }

  private forget(letter: Letter): void {
    this.waiting.delete(letter.order);
    this.size -= sizeOf(letter);
  }
}
