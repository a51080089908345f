import { Broken } from "./verdict.ts";

/** What waits for something to become so, and is woken whenever something has changed. */
export class Waiting {
  private readonly watchers = new Set<() => void>();

  /** Throws what `complaint` says where it has not become so in time. @param patience milliseconds */
  async until(holds: () => boolean, complaint: () => string, patience: number): Promise<void> {
    if (holds()) return;
    const came = Promise.withResolvers<undefined>();
    const look = (): void => {
      if (holds()) came.resolve(undefined);
    };
    this.watchers.add(look);
    const deadline = setTimeout(() => {
      came.reject(new Broken(complaint()));
    }, patience);
    try {
      await came.promise;
    } finally {
      clearTimeout(deadline);
      this.watchers.delete(look);
    }
  }

  wake(): void {
    for (const look of [...this.watchers]) look();
  }
}
