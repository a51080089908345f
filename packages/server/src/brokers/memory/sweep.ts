/**
 * Walks a map round after round, a bounded piece at a time, so that what nobody asks for any more is let go without
 * a pause that a client would notice.
 */
export class Sweep<Key, Value> {
  private round: Iterator<readonly [Key, Value]> | undefined = undefined;

  constructor(
    private readonly entries: Map<Key, Value>,
    /** Says whether an entry is to be let go. */
    private readonly isOver: (value: Value, key: Key, now: number) => boolean,
  ) {}

  /** Looks at so many entries, and goes on there the next time. A round may end early: the next begins with the next piece. */
  piece(most: number, now: number): void {
    // A map's iterator stays right while entries come and go.
    const round = (this.round ??= this.entries.entries());
    for (let seen = 0; seen < most; seen += 1) {
      const next = round.next();
      if (next.done === true) {
        this.round = undefined;
        return;
      }
      const [key, value] = next.value;
      if (this.isOver(value, key, now)) this.entries.delete(key);
    }
  }
}
