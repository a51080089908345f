import type { Topic } from "../core/ids.ts";
import type { Fanout, Frame, Outlet } from "../core/outlet.ts";
import type { StreamTransport } from "./http-stream.ts";
import type { WebSocketTransport } from "./websocket.ts";

/** Topics across both transports: native ones for WebSockets, and a look whether an HTTP stream follows, once a publish. */
export class Delivery implements Fanout {
  constructor(
    private readonly sockets: WebSocketTransport,
    private readonly streams: StreamTransport,
  ) {}

  publish(topic: Topic, frame: Frame, except?: Outlet): void {
    this.sockets.publish(topic, frame, except);
    this.streams.publish(topic, frame, except);
  }
}
