import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import type { Answer } from "../core/answer.ts";
import { closure } from "../core/closure.ts";
import type { Clock } from "../core/clock.ts";
import type { Wire } from "../core/encoder.ts";
import type { Topic } from "../core/ids.ts";
import type { Observer } from "../core/observer.ts";
import { Opening } from "./opening.ts";
import { Pool, type Pooled } from "../core/pool.ts";
import type { CloseCode, Fanout, Frame, Outlet } from "../core/outlet.ts";
import type { Call } from "../http/route.ts";
import type { Acceptance, Connection, Protocol } from "../protocols/protocol.ts";

export interface WebSocketSettings {
  /**
   * Bytes a client may leave unread before it is closed as slow. The runtime's own limit is twice that. Also what may
   * wait of its own messages while one of its commands is open.
   */
  readonly queueLimit: number;
  /** Messages that may wait while a command of the same client is open. */
  readonly commandLimit: number;
  /** Characters that these may have together. */
  readonly waitingLimit: number;
  /** Bytes of the largest message that any endpoint takes. */
  readonly frameLimit: number;
  /** Length from which messages go out compressed to clients that offer it; infinite = nobody is offered it. */
  readonly compressFrom: number;
}

const sweepInterval = 100;
/**
 * Of the queue's limit, what may go out between two sweeps. A character is at most three bytes: nobody gets from below
 * our limit to the runtime's, where a client is cut without a word, while nobody looks.
 */
const sweepShare = 4;
const drainRound = 50;
/** Two seconds for the last frames: who does not read them by then has had the time of the drain to do so. */
const flushRounds = 40;
/** RFC 6455, 7.4.1: a message too big to process. */
const tooBig: CloseCode = { code: 1009, reason: "message too big" };

/** Messages of a client that wait for a command of it. */
class Backlog {
  private readonly messages: (string | Uint8Array)[] = [];
  private characters = 0;

  constructor(private readonly settings: WebSocketSettings) {}

  /** False where too much waits already. One message, however long, may always wait. */
  add(message: string | Uint8Array): boolean {
    const { commandLimit, waitingLimit } = this.settings;
    const { length } = this.messages;
    this.characters += message.length;
    if (length >= commandLimit || (length > 0 && this.characters > waitingLimit)) return false;
    this.messages.push(message);
    return true;
  }

  next(): string | Uint8Array | undefined {
    const message = this.messages.shift();
    this.characters -= message?.length ?? 0;
    return message;
  }
}

/** A client's socket: the outlet that the core pushes to, and the queue of what came while a command is open. */
class Socket implements Outlet, Pooled {
  place = -1;
  private ws: ServerWebSocket<Socket> | undefined = undefined;
  connection: Connection | undefined = undefined;
  /** Undefined where no command is open. */
  backlog: Backlog | undefined = undefined;
  /** What the server closed it with; tells our closes from the client's. */
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
      this.transport.congested(frame);
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
      this.transport.congested(frame);
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
  private server: Server<Socket> | undefined = undefined;
  private clock: Clock | undefined = undefined;
  /** Characters handed over since the last sweep while somebody was buffering. */
  private unswept = 0;
  private sweepsSoon = false;
  /** Set while somebody is buffering. */
  private stopSweep: (() => void) | undefined = undefined;
  /** Set while the server stops: nobody is let in any more. */
  draining = false;

  constructor(
    readonly settings: WebSocketSettings,
    private readonly observer: Observer,
  ) {}

  start(server: Server<Socket>, clock: Clock): void {
    this.server = server;
    this.clock = clock;
  }

  end(): void {
    this.stopSweep?.();
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
    else if (this.server !== undefined && this.server.publish(topic, frame, this.compresses(frame)) <= 0)
      this.congested(frame);
  }

  /** Somebody is buffering the frame; the runtime does not say who. */
  congested(frame: Frame): void {
    this.stopSweep ??= this.clock?.every(sweepInterval, () => {
      this.sweep();
    });
    this.unswept += frame.length;
    if (this.unswept <= this.settings.queueLimit / sweepShare || this.sweepsSoon) return;
    this.sweepsSoon = true;
    // Not at once: closing somebody amid a fan-out would change what is being gone through.
    queueMicrotask(() => {
      this.sweepsSoon = false;
      this.sweep();
    });
  }

  /** Runs only while somebody is buffering: who has too much unread is told, and cut (runtime notes, 1). */
  private sweep(): void {
    let still = false;
    this.unswept = 0;
    for (const socket of this.sockets.all()) {
      const { buffered } = socket;
      if (buffered > this.settings.queueLimit) {
        this.observer.dropped("slow-reader", 1);
        socket.connection?.close(closure("slow", "the client leaves more unread than client.queue_max_size"));
      } else if (buffered > 0) still = true;
    }
    if (still) return;
    this.stopSweep?.();
    this.stopSweep = undefined;
  }

  /**
   * Lets nobody in any more and tells every client to come back elsewhere, spread evenly over `duration` milliseconds,
   * so that those who take them in are not overrun. Resolves when all are gone, their last frames sent.
   */
  async drain(clock: Clock, duration: number): Promise<void> {
    this.draining = true;
    const rounds = Math.max(1, Math.floor(duration / drainRound));
    for (let left = rounds; left > 0 && this.sockets.size > 0; left -= 1) {
      const share = Math.ceil(this.sockets.size / left);
      for (const socket of this.sockets.all().slice(0, share))
        socket.connection?.close(closure("shutdown", "the server stops"));
      if (left > 1) await clock.delay(drainRound);
    }
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
      this.guard(ws.data, () => {
        ws.data.opened(ws);
      });
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
      this.guard(socket, () => {
        socket.connection?.gone(why, code);
      });
    },
  });

  private receive(socket: Socket, message: string | Uint8Array): void {
    const { connection } = socket;
    const { frameLimit } = socket.acceptance;
    if (connection === undefined || socket.shutWith !== undefined) return;
    this.observer.received(socket.wire, 1);
    if (message.length > frameLimit || tooLong(message, frameLimit)) {
      this.observer.refused(socket.wire, "frame-too-big");
      socket.shut(tooBig);
      return;
    }
    if (socket.backlog !== undefined) {
      if (!socket.backlog.add(message))
        connection.close(closure("too-many-requests", "too many commands wait for one that is open"));
      return;
    }
    const waiting = this.hand(socket, connection, message);
    if (waiting !== undefined) void this.later(socket, connection, waiting);
  }

  /** Async handlers of one socket would run side by side: while one is open, the rest queue. */
  private async later(socket: Socket, connection: Connection, first: Promise<void>): Promise<void> {
    const backlog = new Backlog(this.settings);
    socket.backlog = backlog;
    try {
      await first;
      for (let next = backlog.next(); next !== undefined; next = backlog.next()) {
        if (socket.shutWith !== undefined) break;
        await this.hand(socket, connection, next);
      }
    } catch (cause) {
      this.failed(socket, cause);
    } finally {
      socket.backlog = undefined;
    }
  }

  private hand(
    socket: Socket,
    connection: Connection,
    message: string | Uint8Array,
  ): Promise<void> | undefined {
    let answer: Answer<void>;
    try {
      answer = connection.receive(message);
    } catch (cause) {
      this.failed(socket, cause);
      return undefined;
    }
    return answer instanceof Promise ? answer : undefined;
  }

  private guard(socket: Socket, work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.failed(socket, cause);
    }
  }

  /** The one place where an exception of a connection ends. */
  private failed(socket: Socket, cause: unknown): void {
    this.observer.defect(`${socket.wire} connection`, cause);
    socket.connection?.close(closure("internal", "an exception"));
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
