import { isSecure, type Call } from "../http/route.ts";
import type { Handshake } from "../protocols/protocol.ts";

const none: readonly string[] = [];

/** A request to upgrade. Its headers are looked at only where somebody asks: most handshakes need one of them. */
export class Opening implements Handshake {
  /** The header as it came; null = no subprotocol is offered. */
  readonly offered: string | null;

  constructor(private readonly call: Call) {
    this.offered = call.request.headers.get("sec-websocket-protocol");
  }

  get path(): string {
    return this.call.path;
  }

  get query(): string {
    return this.call.query;
  }

  get headers(): Headers {
    return this.call.request.headers;
  }

  get subprotocols(): readonly string[] {
    return this.offered === null ? none : this.offered.split(",").map((name) => name.trim());
  }

  get secure(): boolean {
    return isSecure(this.call.request);
  }
}
