import { Events } from "../events.ts";

/** A client that hears by a response, as curl would: what comes, message by message. */
export class RawStream implements Disposable {
  readonly messages = new Events<string>();
  /** Resolves when the server has ended the response. */
  readonly ended: Promise<void>;

  private constructor(
    readonly response: Response,
    private readonly cut: AbortController,
  ) {
    this.ended = this.read();
  }

  static async open(url: string, init: RequestInit = {}): Promise<RawStream> {
    const cut = new AbortController();
    return new RawStream(await fetch(url, { ...init, signal: cut.signal }), cut);
  }

  /** The first message, past or to come, that has all of these in it. */
  having(...parts: readonly string[]): Promise<string> {
    return this.messages.first((text) => parts.every((part) => text.includes(part)));
  }

  private async read(): Promise<void> {
    const events = this.response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const end = events ? "\n\n" : "\n";
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const chunk of this.response.body ?? []) {
        rest += decoder.decode(chunk, { stream: true });
        const parts = rest.split(end);
        rest = parts.pop() ?? "";
        for (const part of parts) this.messages.push(part);
      }
    } catch (cause) {
      if (!this.cut.signal.aborted) throw cause;
    }
  }

  /** Leaves without a word. */
  [Symbol.dispose](): void {
    this.cut.abort();
  }
}
