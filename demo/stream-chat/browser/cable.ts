import type { SocketReport } from "../../../packages/server/src/dev-page/browser/traced-socket.ts";

type Handler = ((event: Event) => void) | null;

/**
 * The way from this page to the server, with a plug. Sockets made through it report what goes over them; while it is
 * out, open ones are cut and new ones do not come about, as without a network.
 */
export class Cable {
  private plugged = true;
  private readonly open = new Set<CableSocket>();

  constructor(readonly report: (what: SocketReport) => void) {}

  get isPlugged(): boolean {
    return this.plugged;
  }

  pull(): void {
    this.plugged = false;
    for (const socket of [...this.open]) socket.cut();
  }

  plug(): void {
    this.plugged = true;
  }

  /** A WebSocket class for the client. */
  socket(): new (url: string, protocols?: string | string[]) => CableSocket {
    const { open, report } = this;
    const reach = (url: string, protocols: string | string[]): WebSocket | undefined =>
      this.plugged ? new WebSocket(url, protocols) : undefined;
    return class extends CableSocket {
      constructor(url: string, protocols: string | string[] = []) {
        super(reach(url, protocols), report);
        open.add(this);
        this.addEventListener("close", () => open.delete(this));
      }
    };
  }
}

/** As much of a WebSocket as a client library uses. */
export class CableSocket extends EventTarget {
  binaryType: BinaryType = "blob";
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;
  private closed = false;

  constructor(
    private readonly real: WebSocket | undefined,
    private readonly report: (what: SocketReport) => void,
  ) {
    super();
    if (real === undefined)
      queueMicrotask(() => {
        this.cut();
      });
    else this.carries(real);
  }

  get readyState(): number {
    return this.closed ? WebSocket.CLOSED : (this.real?.readyState ?? WebSocket.CONNECTING);
  }

  get bufferedAmount(): number {
    return this.real?.bufferedAmount ?? 0;
  }

  send(data: Parameters<WebSocket["send"]>[0]): void {
    if (typeof data === "string") this.report({ kind: "frame", direction: "out", text: data });
    this.real?.send(data);
  }

  close(code?: number, reason?: string): void {
    this.real?.close(code, reason);
  }

  /** As when the network goes: the far end says nothing. */
  cut(): void {
    this.ended(1006, "");
    this.real?.close();
  }

  private carries(real: WebSocket): void {
    real.addEventListener("open", () => {
      real.binaryType = this.binaryType;
      this.report({ kind: "opened" });
      this.tell(new Event("open"));
    });
    real.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (this.closed) return;
      if (typeof data === "string") this.report({ kind: "frame", direction: "in", text: data });
      this.tell(new MessageEvent("message", { data }));
    });
    real.addEventListener("error", () => {
      if (!this.closed) this.tell(new Event("error"));
    });
    real.addEventListener("close", ({ code, reason }) => {
      this.ended(code, reason);
    });
  }

  private ended(code: number, reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.report({ kind: "closed", code, reason });
    this.tell(new CloseEvent("close", { code, reason, wasClean: code === 1000 }));
  }

  private tell(event: Event): void {
    const handler = { open: this.onopen, message: this.onmessage, error: this.onerror, close: this.onclose }[
      event.type
    ];
    handler?.call(this, event);
    this.dispatchEvent(event);
  }
}
