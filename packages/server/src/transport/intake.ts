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
  /** Undefined where no command is open. */
  backlog: Backlog | undefined;
  /** What the server closed it with; tells our closes from the client's. */
  shutWith: CloseCode | undefined;
}

export interface IntakeSettings {
  /** Messages that may wait while a command of the same client is open. */
  readonly commandLimit: number;
  /** Characters that these may have together. */
  readonly waitingLimit: number;
}

/** Messages of a client that wait for a command of it. */
export class Backlog {
  private readonly messages: Frame[] = [];
  private characters = 0;

  constructor(private readonly settings: IntakeSettings) {}

  /** False where too much waits already. One message, however long, may always wait. */
  add(message: Frame): boolean {
    const { commandLimit, waitingLimit } = this.settings;
    const { length } = this.messages;
    this.characters += message.length;
    if (length >= commandLimit || (length > 0 && this.characters > waitingLimit)) return false;
    this.messages.push(message);
    return true;
  }

  next(): Frame | undefined {
    const message = this.messages.shift();
    this.characters -= message?.length ?? 0;
    return message;
  }
}

/** Hands over what clients say, one message after the other. */
export class Intake {
  constructor(
    private readonly settings: IntakeSettings,
    private readonly observer: Observer,
  ) {}

  /** One message. Async handlers of one client would run side by side: while one is open, the rest queue. */
  hear(speaker: Speaker, message: Frame): Answer<void> {
    const { connection, backlog } = speaker;
    if (connection === undefined || speaker.shutWith !== undefined) return undefined;
    if (backlog !== undefined) {
      if (!backlog.add(message))
        connection.close(closure("too-many-requests", "too many commands wait for one that is open"));
      return undefined;
    }
    const open = this.hand(speaker, connection, message);
    return open === undefined ? undefined : this.later(speaker, connection, open);
  }

  private async later(speaker: Speaker, connection: Connection, first: Promise<void>): Promise<void> {
    const backlog = new Backlog(this.settings);
    speaker.backlog = backlog;
    try {
      await first;
      for (let next = backlog.next(); next !== undefined; next = backlog.next()) {
        if (speaker.shutWith !== undefined) break;
        await this.hand(speaker, connection, next);
      }
    } catch (cause) {
      this.failed(speaker, cause);
    } finally {
      speaker.backlog = undefined;
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
