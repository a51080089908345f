import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import type { Clock } from "../core/clock.ts";
import type { Wire } from "../core/encoder.ts";
import type { Topic } from "../core/ids.ts";
import type { Observer } from "../core/observer.ts";
import { Intake, type Backlog, type IntakeSettings, type Speaker } from "./intake.ts";
import { drainRound, moveOn } from "./moving-on.ts";
import { Opening } from "./opening.ts";
import { Pool } from "../core/pool.ts";
import { type Reader, type SlowReaders } from "./slow-readers.ts";
import type { CloseCode, Fanout, Frame, Outlet } from "../core/outlet.ts";
import type { Call } from "../http/route.ts";
import type { Acceptance, Connection, Protocol } from "../protocols/protocol.ts";

export interface WebSocketSettings extends IntakeSettings {
  /**
   * Bytes a client may leave unread before it is closed as slow. The runtime's own limit is twice that. Also what may
   * wait of its own messages while one of its commands is open.
   */
  readonly queueLimit: number;
  /** Bytes of the largest message that any endpoint takes. */
  readonly frameLimit: number;
  /** Length from which messages go out compressed to clients that offer it; infinite = nobody is offered it. */
  readonly compressFrom: number;
}

/** Two seconds for the last frames: who does not read them by then has had the time of the drain to do so. */
const flushRounds = 40;
/** RFC 6455, 7.4.1: a message too big to process. */
const tooBig: CloseCode = { code: 1009, reason: "message too big" };

/** A client's socket: the outlet that the core pushes to, and the queue of what came while a command is open. */
class Socket implements Outlet, Reader, Speaker {
  place = -1;
  private ws: ServerWebSocket<Socket> | undefined = undefined;
  connection: Connection | undefined = undefined;
  backlog: Backlog | undefined = undefined;
  shutWith: CloseCode | undefined = undefined;

  constructor(
    readonly acceptance: Acceptance,
    readonly wire: Wire,
    private readonly transport: WebSocketTransport,
  ) {}

  opened(ws: ServerWebSocket<Socket>): void {
    this.ws = ws;
    this.connection = this.acceptance.open(this);
  }

  gone(): void {
    this.ws = undefined;
  }

  get buffered(): number {
    return this.ws?.getBufferedAmount() ?? 0;
  }

  get room(): number {
    return this.transport.settings.queueLimit - this.buffered;
  }

  push(frame: Frame): void {
    if (
      this.ws !== undefined &&
      this.shutWith === undefined &&
      this.ws.send(frame, this.transport.compresses(frame)) <= 0
    )
      this.transport.congested(frame, 1);
  }

  follow(topic: Topic): void {
    this.ws?.subscribe(topic);
  }

  unfollow(topic: Topic): void {
    this.ws?.unsubscribe(topic);
  }

  /** To all followers of the topic but this one. */
  publish(topic: Topic, frame: Frame): void {
    if (this.ws !== undefined && this.ws.publish(topic, frame, this.transport.compresses(frame)) <= 0)
      this.transport.congested(frame, this.transport.followers(topic));
  }

  /**
   * A ping goes the way of every frame, and sending one first hands over what was published to the socket's topics and
   * still waits for the end of the turn. So it leaves behind all of that, from a timer, a message or a request, whether
   * the socket is buffering or not: `probe-order.test.ts` looks at the bytes. A published frame that is dropped at the
   * runtime's limit ends the connection, and no pong is read any more.
   */
  probe(text: string): void {
    this.ws?.ping(text);
  }

  shut(close: CloseCode): void {
    if (this.ws === undefined || this.shutWith !== undefined) return;
    this.shutWith = close;
    this.ws.close(close.code, close.reason);
  }
}

export type SocketData = Socket;

/** Both wires' WebSockets, and the native topics that publications fan out on. The only place that knows the runtime's sockets. */
export class WebSocketTransport implements Fanout {
  private readonly sockets = new Pool<Socket>();
  private readonly intake: Intake;
  private server: Server<Socket> | undefined = undefined;
  /** Set while the server stops: nobody is let in any more. */
  draining = false;

  constructor(
    readonly settings: WebSocketSettings,
    private readonly slow: SlowReaders,
    private readonly observer: Observer,
  ) {
    this.intake = new Intake(settings, observer);
    slow.watch(this.sockets);
  }

  start(server: Server<Socket>): void {
    this.server = server;
  }

  /** Somebody of those it went to is buffering the frame; the runtime does not say who. */
  congested({ length }: Frame, readers: number): void {
    this.slow.congested(length, readers);
  }

  followers(topic: Topic): number {
    return this.server?.subscriberCount(topic) ?? 0;
  }

  get size(): number {
    return this.sockets.size;
  }

  /** Small messages would grow, and cost as much. */
  compresses(frame: Frame): boolean {
    return frame.length >= this.settings.compressFrom;
  }

  publish(topic: Topic, frame: Frame, except?: Outlet): void {
    if (except instanceof Socket) except.publish(topic, frame);
    else this.publishToAll(topic, frame);
  }

  private publishToAll(topic: Topic, frame: Frame): void {
    const { server } = this;
    if (server === undefined) return;
    const result = server.publish(topic, frame, this.compresses(frame));
    if (result > 0) return;
    // 0 is also the answer where nobody follows: only HTTP streams may.
    const readers = this.followers(topic);
    if (readers > 0) this.congested(frame, readers);
  }

  /**
   * Lets nobody in any more and tells every client to come back elsewhere, spread evenly over `duration` milliseconds,
   * so that those who take them in are not overrun. Resolves when all are gone, their last frames sent.
   */
  async drain(clock: Clock, duration: number): Promise<void> {
    this.draining = true;
    await moveOn(this.sockets, clock, duration);
    // A closed socket still owes its reader what was queued for it.
    for (let i = 0; i < flushRounds && (this.server?.pendingWebSockets ?? 0) > 0; i += 1)
      await clock.delay(drainRound);
  }

  upgrade(call: Call, server: Server<Socket>, protocols: readonly Protocol[]): Response | undefined {
    const { request, path } = call;
    for (const protocol of protocols) {
      const endpoint = protocol.sockets.find((candidate) => candidate.matches(path));
      if (endpoint === undefined) continue;
      if (this.draining) return new Response("shutting down\n", { status: 503 });
      const opening = new Opening(call);
      const acceptance = endpoint.accept(opening);
      if ("status" in acceptance) return new Response(acceptance.body, { status: acceptance.status });
      const data = new Socket(acceptance, protocol.wire, this);
      const upgraded =
        opening.offered === null
          ? server.upgrade(request, { data })
          : // Without this the runtime echoes the first name offered, known to us or not; empty sends none.
            server.upgrade(request, {
              headers: { "Sec-WebSocket-Protocol": acceptance.subprotocol ?? "" },
              data,
            });
      return upgraded ? undefined : new Response("not a WebSocket handshake\n", { status: 400 });
    }
    return new Response("not found\n", { status: 404 });
  }

  readonly handlers = (): WebSocketHandler<Socket> => ({
    backpressureLimit: 2 * this.settings.queueLimit,
    closeOnBackpressureLimit: true,
    // A socket closed while it does not read keeps its last frames for as long as this allows (runtime notes, 1).
    idleTimeout: 960,
    sendPings: false,
    // Without context takeover: a connection costs no memory of its own. The limit below holds for what came out.
    perMessageDeflate: Number.isFinite(this.settings.compressFrom),
    // A little above our own limit: over it the runtime closes before we are asked.
    maxPayloadLength: this.settings.frameLimit + 1024,
    open: (ws) => {
      this.sockets.add(ws.data);
      this.intake.guard(ws.data, () => {
        ws.data.opened(ws);
      });
      const { first } = ws.data.acceptance;
      if (first !== undefined) this.receive(ws.data, first);
    },
    message: (ws, message) => {
      this.receive(ws.data, message);
    },
    pong: (ws, text) => {
      ws.data.connection?.alive(text.toString());
    },
    close: (ws, code, reason) => {
      const socket = ws.data;
      this.sockets.remove(socket);
      socket.gone();
      const why = closeReason(socket, code, reason);
      // The runtime has answered a broken frame; whose it was may not have been let in, and is no client yet.
      if (code === abnormalClosure && reason !== "" && why !== "server")
        this.observer.refused(socket.wire, why);
      this.intake.guard(socket, () => {
        socket.connection?.gone(why, code);
      });
    },
  });

  private receive(socket: Socket, message: string | Uint8Array): void {
    const { frameLimit } = socket.acceptance;
    if (socket.connection === undefined || socket.shutWith !== undefined) return;
    this.observer.received(socket.wire, 1);
    if (message.length > frameLimit || tooLong(message, frameLimit)) {
      this.observer.refused(socket.wire, "frame-too-big");
      socket.shut(tooBig);
      return;
    }
    void this.intake.hear(socket, message);
  }
}

/** Text is counted in bytes only where it could exceed: a character is at most three. */
function tooLong(message: string | Uint8Array, limit: number): boolean {
  return typeof message === "string" && message.length * 3 > limit && Buffer.byteLength(message) > limit;
}

const abnormalClosure = 1006;

function closeReason(socket: Socket, code: number, reason: string): string {
  if (socket.shutWith !== undefined) return "server";
  if (code !== abnormalClosure) return "client";
  if (reason === "") return "abnormal";
  return reason.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
