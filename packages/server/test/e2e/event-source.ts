import { RawStream } from "./raw-stream.ts";

/** As much of a browser's EventSource as the official client asks for. */
export class EventSourceByFetch {
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: string }) => void) | undefined;
  onerror: ((cause: unknown) => void) | undefined;
  private stream: RawStream | undefined;
  private closed = false;

  constructor(url: string) {
    void this.run(url);
  }

  private async run(url: string): Promise<void> {
    try {
      this.stream = await RawStream.open(url);
      if (this.stream.response.ok) {
        this.onopen?.();
        void this.tell(this.stream);
        await this.stream.ended;
      }
    } catch {
      // As a browser: what went wrong is not said.
    }
    if (!this.closed) this.onerror?.({});
  }

  private async tell(stream: RawStream): Promise<void> {
    for (;;) {
      const data = /data: (.*)$/.exec(await stream.messages.next())?.[1];
      if (data !== undefined && !this.closed) this.onmessage?.({ data });
    }
  }

  close(): void {
    this.closed = true;
    this.stream?.[Symbol.dispose]();
  }
}
