/** How many connections this process has, of both wires, and how many it takes. */
export class Capacity {
  private taken = 0;

  /** @param limit connections; 0 = any */
  constructor(private readonly limit: number) {}

  get full(): boolean {
    return this.limit > 0 && this.taken >= this.limit;
  }

  take(): void {
    this.taken += 1;
  }

  release(): void {
    this.taken -= 1;
  }
}
