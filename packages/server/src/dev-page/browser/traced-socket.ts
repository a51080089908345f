export type SocketReport =
  | { readonly kind: "opened" }
  | { readonly kind: "frame"; readonly direction: "in" | "out"; readonly text: string }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** A WebSocket class that tells what goes over its sockets, before the library on top hears of it. */
export function tracedSocket(report: (what: SocketReport) => void): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols);
      this.addEventListener("open", () => {
        report({ kind: "opened" });
      });
      this.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (typeof event.data === "string") report({ kind: "frame", direction: "in", text: event.data });
      });
      this.addEventListener("close", ({ code, reason }) => {
        report({ kind: "closed", code, reason });
      });
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (typeof data === "string") report({ kind: "frame", direction: "out", text: data });
      super.send(data);
    }
  };
}
