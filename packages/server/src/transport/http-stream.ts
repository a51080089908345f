import type { Server } from "bun";
import type { Clock } from "../core/clock.ts";
import type { Wire } from "../core/encoder.ts";
import type { Topic } from "../core/ids.ts";
import type { Observer } from "../core/observer.ts";
import type { CloseCode, Fanout, Frame, Outlet } from "../core/outlet.ts";
import { Pool } from "../core/pool.ts";
import type { Call, Route } from "../http/route.ts";
import type {
  Connection,
  Framing,
  Protocol,
  StreamAcceptance,
  StreamEndpoint,
  StreamOutlet,
} from "../protocols/protocol.ts";
import { framed, preamble } from "./framing.ts";
import { Intake, type Backlog, type IntakeSettings, type Speaker } from "./intake.ts";
import { moveOn } from "./moving-on.ts";
import type { Reader, SlowReaders } from "./slow-readers.ts";

export interface StreamSettings extends IntakeSettings {
  /** Bytes a client may leave unread before it is closed as slow. */
  readonly queueLimit: number;
}

/** A client that does not take the last bytes of a stream that was ended is cut after so many seconds. */
const endPatience = 30;

/**
 * Milliseconds between the last push of a stream and its end. Where they come in one packet, centrifuge 3.1 takes the
 * end first: it loses the code that it was closed with, and in Node never comes back.
 */
const lastWords = 100;

/** RFC 6455, 7.4.1: no close code was received. A response has none. */
const noCode = 1005;

/** Bytes; what was just written waits for a moment in any case. */
const noticeable = 65_536;

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** A client's response: the outlet that the core pushes to. */
class Stream implements StreamOutlet, Reader, Speaker {
  place = -1;
  connection: Connection | undefined = undefined;
  backlog: Backlog | undefined = undefined;
  shutWith: CloseCode | undefined = undefined;
  readonly topics = new Set<Topic>();
  /** Called when it has ended, by either side. */
  whenOver: (() => void) | undefined = undefined;
  private out: Controller | undefined = undefined;
  /** Its last bytes are told, and its end is not. */
  private ending: Controller | undefined = undefined;
  /** More is unread than may be; what comes now is not kept, so that what was kept has no gap. */
  private full = false;

  constructor(
    readonly wire: Wire,
    readonly framing: Framing,
    private readonly request: Request,
    private readonly transport: StreamTransport,
  ) {}

  /** What the client reads. */
  body(): ReadableStream<Uint8Array> {
    const start = preamble[this.framing];
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.out = controller;
          if (start !== undefined) controller.enqueue(start);
        },
        cancel: () => {
          this.left();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: this.transport.queueLimit }),
    );
  }

  /** The client is gone. */
  left(): void {
    this.ending = undefined;
    if (this.out === undefined) return;
    this.release();
    this.transport.ended(this, "client");
  }

  private release(): void {
    this.out = undefined;
    this.transport.forget(this);
    this.whenOver?.();
  }

  get room(): number {
    return this.out?.desiredSize ?? 0;
  }

  get buffered(): number {
    // Who is full is about to be cut: whoever cut it before would do so while its last words are not kept.
    return this.out === undefined || this.full ? 0 : this.transport.queueLimit - this.room;
  }

  push(frame: Frame): void {
    this.write(framed(this.framing, frame));
  }

  write(bytes: Uint8Array): void {
    if (this.out === undefined || this.full) return;
    this.out.enqueue(bytes);
    if (this.buffered > noticeable) this.transport.congested(bytes);
    if (this.room >= 0) return;
    this.full = true;
    // Not at once: closing somebody amid a fan-out would change what is being gone through.
    queueMicrotask(() => {
      this.full = false;
      this.transport.full(this);
    });
  }

  follow(topic: Topic): void {
    if (this.out !== undefined) this.transport.follow(this, topic);
  }

  unfollow(topic: Topic): void {
    this.transport.unfollow(this, topic);
  }

  probe(): void {
    // There is nothing below the protocol that a client would answer.
  }

  hear(message: Frame): void {
    this.transport.hear(this, message);
  }

  shut(close: CloseCode): void {
    const { out } = this;
    if (out === undefined) return;
    this.shutWith = close;
    this.release();
    this.ending = out;
    setTimeout(endStream, lastWords, this);
    this.transport.cutLater(this.request);
    this.transport.ended(this, "server");
  }

  end(): void {
    this.ending?.close();
  }
}

function endStream(stream: Stream): void {
  stream.end();
}

/**
 * Clients that hear by an HTTP response. Topics are loops over those who follow: the runtime has native ones for
 * WebSockets only.
 */
export class StreamTransport implements Fanout {
  private readonly streams = new Pool<Stream>();
  private readonly topics = new Map<Topic, Set<Stream>>();
  private readonly intake: Intake;
  private server: Server<unknown> | undefined = undefined;
  private draining = false;

  constructor(
    private readonly settings: StreamSettings,
    private readonly slow: SlowReaders,
    private readonly observer: Observer,
  ) {
    this.intake = new Intake(settings, observer);
    slow.watch(this.streams);
  }

  congested({ length }: Uint8Array): void {
    this.slow.congested(length, 1);
  }

  get queueLimit(): number {
    return this.settings.queueLimit;
  }

  start(server: Server<unknown>): void {
    this.server = server;
  }

  publish(topic: Topic, frame: Frame, except?: Outlet): void {
    const followers = this.topics.get(topic);
    if (followers === undefined) return;
    // Once for each framing that has a follower, whatever their number.
    const forms: Partial<Record<Framing, Uint8Array>> = {};
    for (const stream of followers)
      if (stream !== except) stream.write((forms[stream.framing] ??= framed(stream.framing, frame)));
  }

  follow(stream: Stream, topic: Topic): void {
    stream.topics.add(topic);
    const followers = this.topics.get(topic);
    if (followers === undefined) this.topics.set(topic, new Set([stream]));
    else followers.add(stream);
  }

  unfollow(stream: Stream, topic: Topic): void {
    if (!stream.topics.delete(topic)) return;
    const followers = this.topics.get(topic);
    followers?.delete(stream);
    if (followers?.size === 0) this.topics.delete(topic);
  }

  forget(stream: Stream): void {
    for (const topic of stream.topics) this.unfollow(stream, topic);
    this.streams.remove(stream);
  }

  /** Tells the connection that its stream is gone. */
  ended(stream: Stream, reason: string): void {
    this.intake.guard(stream, () => {
      stream.connection?.gone(reason, noCode);
    });
  }

  full(stream: Stream): void {
    if (this.streams.has(stream)) this.slow.full(stream);
  }

  hear(stream: Stream, message: Frame): void {
    if (stream.connection === undefined || stream.shutWith !== undefined) return;
    this.observer.received(stream.wire, 1);
    void this.intake.hear(stream, message);
  }

  /** What is still unread is kept for a while, and no longer. */
  cutLater(request: Request): void {
    this.server?.timeout(request, endPatience);
  }

  /** As `WebSocketTransport.drain`; the last bytes go out while the listener stops. */
  async drain(clock: Clock, duration: number): Promise<void> {
    this.draining = true;
    await moveOn(this.streams, clock, duration);
  }

  routes(protocols: readonly Protocol[]): readonly Route[] {
    return protocols.flatMap(({ wire, streams }) =>
      streams.map((endpoint) => ({
        path: endpoint.path,
        prefix: false,
        handle: (call) => this.answer(wire, endpoint, call),
      })),
    );
  }

  private async answer(wire: Wire, endpoint: StreamEndpoint, call: Call): Promise<Response> {
    const acceptance = await endpoint.accept(call);
    if (acceptance instanceof Response) return acceptance;
    // Asked last: a body may take its time, and who comes after all have been told would be told nothing.
    if (this.draining) return new Response("shutting down\n", { status: 503 });
    const { request } = call;
    // Nobody would read it, and nothing would tell that nobody does.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    // The runtime cuts what is quiet for ten seconds; a client is pinged less often.
    this.server?.timeout(request, 0);
    const stream = new Stream(wire, acceptance.framing, request, this);
    const body = stream.body();
    this.streams.add(stream);
    const instead = await this.begin(stream, acceptance);
    return instead ?? new Response(body, { headers: acceptance.headers });
  }

  /** The first message is answered in the response, or decides that there is another in its place. */
  private async begin(stream: Stream, acceptance: StreamAcceptance): Promise<Response | undefined> {
    const { first, instead } = acceptance;
    this.intake.guard(stream, () => {
      stream.connection = acceptance.open(stream);
    });
    const { connection } = stream;
    if (connection === undefined) {
      stream.left();
      return new Response("internal server error\n", { status: 500 });
    }
    this.observer.received(stream.wire, 1);
    if (instead === undefined) {
      void this.intake.hear(stream, first);
      return undefined;
    }
    // Whom the application is still asked about may be ended meanwhile.
    const over = new Promise<void>((resolve) => {
      stream.whenOver = resolve;
    });
    await Promise.race([this.intake.hear(stream, first), over]);
    return instead(connection);
  }
}
