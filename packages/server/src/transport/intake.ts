import type { Answer } from "../core/answer.ts";
import { closure } from "../core/closure.ts";
import type { Wire } from "../core/encoder.ts";
import type { Observer } from "../core/observer.ts";
import type { CloseCode, Frame } from "../core/outlet.ts";
import type { Connection } from "../protocols/protocol.ts";

/** A client that says something: its connection, and what of it waits. */
export interface Speaker {
  readonly wire: Wire;
  connection: Connection | undefined;
  /** What came while a command is open; undefined = none is. */
  queue: Frame[] | undefined;
  /** Characters in the queue. */
  waiting: number;
  /** What the server closed it with; tells our closes from the client's. */
  shutWith: CloseCode | undefined;
}

export interface IntakeSettings {
  /** Messages that may wait while a command of the same client is open. */
  readonly commandLimit: number;
  /** Characters that these may have together. */
  readonly waitingLimit: number;
}

/** Hands over what clients say, one message after the other. */
export class Intake {
  constructor(
    private readonly settings: IntakeSettings,
    private readonly observer: Observer,
  ) {}

  /** One message. Async handlers of one client would run side by side: while one is open, the rest queue. */
  hear(speaker: Speaker, message: Frame): Answer<void> {
    const { connection } = speaker;
    if (connection === undefined || speaker.shutWith !== undefined) return undefined;
    if (speaker.queue !== undefined) {
      speaker.waiting += message.length;
      if (speaker.queue.length < this.settings.commandLimit && speaker.waiting <= this.settings.waitingLimit)
        speaker.queue.push(message);
      else connection.close(closure("too-many-requests", "too many commands wait for one that is open"));
      return undefined;
    }
    const open = this.hand(speaker, connection, message);
    return open === undefined ? undefined : this.later(speaker, connection, open);
  }

  private async later(speaker: Speaker, connection: Connection, first: Promise<void>): Promise<void> {
    const queue: Frame[] = [];
    speaker.queue = queue;
    speaker.waiting = 0;
    try {
      await first;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (speaker.shutWith !== undefined) break;
        speaker.waiting -= next.length;
        await this.hand(speaker, connection, next);
      }
    } catch (cause) {
      this.failed(speaker, cause);
    } finally {
      speaker.queue = undefined;
    }
  }

  private hand(speaker: Speaker, connection: Connection, message: Frame): Promise<void> | undefined {
    let answer: Answer<void>;
    try {
      answer = connection.receive(message);
    } catch (cause) {
      this.failed(speaker, cause);
      return undefined;
    }
    return answer instanceof Promise ? answer : undefined;
  }

  guard(speaker: Speaker, work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.failed(speaker, cause);
    }
  }

  /** The one place where an exception of a connection ends. */
  private failed(speaker: Speaker, cause: unknown): void {
    this.observer.defect(`${speaker.wire} connection`, cause);
    speaker.connection?.close(closure("internal", "an exception"));
  }
}
