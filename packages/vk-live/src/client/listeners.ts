/** Called where a handler threw. */
export type Failed = (event: string, cause: unknown) => void;

/**
 * The handlers of named events. `Events` has the arguments of each event as a tuple.
 * A handler that throws, or whose promise is rejected, is reported, and stops neither the others nor whoever emits.
 */
export class Listeners<Events extends Readonly<Record<keyof Events, readonly unknown[]>>> {
  readonly #handlers = new Map<keyof Events, Set<(...args: never) => unknown>>();
  readonly #failed: Failed;

  constructor(failed: Failed) {
    this.#failed = failed;
  }

  /** Calling what is returned takes the handler away again. The same function given twice is called twice. */
  on<Name extends keyof Events>(name: Name, handler: (...args: Events[Name]) => unknown): () => void {
    const own = (...args: Events[Name]): unknown => handler(...args);
    const handlers = this.#handlers.get(name) ?? new Set();
    handlers.add(own);
    this.#handlers.set(name, handlers);
    return () => {
      handlers.delete(own);
    };
  }

  has(name: keyof Events): boolean {
    return (this.#handlers.get(name)?.size ?? 0) > 0;
  }

  emit<Name extends keyof Events & string>(name: Name, ...args: Events[Name]): void {
    const handlers = this.#handlers.get(name) as Set<(...args: Events[Name]) => unknown> | undefined;
    const failed = (cause: unknown): void => {
      this.#failed(name, cause);
    };
    for (const handler of [...(handlers ?? [])]) {
      // One before it may have taken it away.
      if (handlers?.has(handler) !== true) continue;
      try {
        const answer = handler(...args);
        if (answer instanceof Promise) answer.catch(failed);
      } catch (cause) {
        failed(cause);
      }
    }
  }

  clear(): void {
    for (const handlers of this.#handlers.values()) handlers.clear();
  }
}
