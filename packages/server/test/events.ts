/** What happened, in order, and a way to wait for the next of it: tests wait for events, never for time. */
export class Events<T> {
  readonly all: T[] = [];
  private readonly waiting: { readonly fits: (event: T) => boolean; readonly found: (event: T) => void }[] =
    [];
  private taken = 0;

  push(event: T): void {
    this.all.push(event);
    const index = this.waiting.findIndex(({ fits }) => fits(event));
    const [waiter] = index < 0 ? [] : this.waiting.splice(index, 1);
    waiter?.found(event);
  }

  /** The next event not yet taken, in order. */
  async next(): Promise<T> {
    const index = this.taken;
    this.taken += 1;
    const event = this.all[index];
    return event ?? this.wait(() => this.all.length > index);
  }

  /** The first event, past or to come, that fits. */
  async first(fits: (event: T) => boolean): Promise<T> {
    return this.all.find(fits) ?? this.wait(fits);
  }

  private wait(fits: (event: T) => boolean): Promise<T> {
    return new Promise((found) => {
      this.waiting.push({ fits, found });
    });
  }
}
