import { Centrifuge, type Subscription, type SubscribedContext } from "centrifuge";
import { Centrifuge as CentrifugeProtobuf } from "centrifuge/build/protobuf";
import { Events } from "../events.ts";
import { keys } from "../server.ts";
import { token } from "../e2e/tokens.ts";
import {
  isClosed,
  type Client,
  type ClientOptions,
  type Heard,
  type JoinTerms,
  type Moved,
  type Verdict,
} from "./client.ts";

/** What a Centrifugo client may ask of a subscription besides. */
export interface SubscribeTerms extends JoinTerms {
  readonly recoverFrom?: { readonly offset: number; readonly epoch: string };
  readonly positioned?: boolean;
  /** A token to send as it is. */
  readonly token?: string;
}

/** How a Centrifugo client and the server spell what they say. */
export type Encoding = "json" | "protobuf";

export interface ConnectOptions extends ClientOptions {
  /** @default json */
  readonly encoding?: Encoding;
  /** Claims of the connection token besides the user and the info. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Connect without a token. */
  readonly tokenless?: boolean;
}

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What a client gets as data: of bytes that are JSON their value. */
export function valueOf(data: unknown): unknown {
  if (!(data instanceof Uint8Array)) return data;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)) as unknown;
  } catch {
    return data;
  }
}

/** What a publication says by the bridge's form: an event is an object with exactly `type` and `data`. */
function heardOf(channel: string, publication: { data: unknown; info?: { user: string } }): Heard {
  const user = publication.info?.user;
  const data = valueOf(publication.data);
  if (typeof data === "object" && data !== null && !Array.isArray(data)) {
    const { type, data: inner, ...others } = data as Record<string, unknown>;
    if (typeof type === "string" && inner !== undefined && Object.keys(others).length === 0)
      return { channel, event: type, data: inner, user };
  }
  return { channel, event: "message", data, user };
}

function codeOf(cause: unknown): number {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "number")
    return cause.code;
  throw cause;
}

async function verdict(command: Promise<unknown>): Promise<Verdict> {
  try {
    await command;
    return "done";
  } catch (cause) {
    return codeOf(cause);
  }
}

/** The official client. */
export class CentrifugeClient implements Client {
  readonly wire = "centrifugo";
  readonly user: string;
  readonly heard = new Events<Heard>();
  readonly moved = new Events<Moved>();
  /** Channels that the server subscribed it to, and unsubscribed it from. */
  readonly serverSide = new Events<{ readonly channel: string; readonly subscribed: boolean }>();
  /** How the server ended it. It does not come back by itself then. */
  readonly closed: Promise<Closed>;
  /** Every frame that came, as text. */
  readonly frames = new Events<string>();
  readonly encoding: Encoding;
  readonly subscriptions = new Map<string, Subscription>();
  /** How a subscription ended that the client did not end. */
  readonly unsubscribed = new Events<{ readonly channel: string; readonly code: number }>();
  readonly centrifuge: Centrifuge;
  private readonly hmac: string;
  private id = "";

  private constructor(port: number, options: ConnectOptions) {
    const { user = "cen", info, app, hmac = keys.hmac, claims, tokenless = false } = options;
    const { encoding = "json" } = options;
    this.user = user;
    this.encoding = encoding;
    this.hmac = hmac;
    const query = app === undefined ? "" : `?app=${encodeURIComponent(app.key)}`;
    const connection = token(
      { sub: user, ...(info === undefined ? {} : { info }), ...claims },
      { secret: hmac },
    );
    // The two builds have one face; the compiler holds their private parts apart.
    const build = encoding === "json" ? Centrifuge : (CentrifugeProtobuf as unknown as typeof Centrifuge);
    this.centrifuge = new build(`ws://127.0.0.1:${port}/connection/websocket${query}`, {
      ...(tokenless ? {} : { token: connection }),
      websocket: recordingSocket(this.frames),
    });
    this.closed = this.watchClose();
    this.watchServerSide();
  }

  static async connect(port: number, options: ConnectOptions = {}): Promise<CentrifugeClient> {
    const client = new CentrifugeClient(port, options);
    await new Promise<void>((resolve, reject) => {
      client.centrifuge.on("connected", ({ client: id }) => {
        client.id = id;
        resolve();
      });
      void client.closed.then(({ code, reason }) => {
        reject(new Error(`the Centrifugo client was refused: ${code} ${reason}`));
      });
      client.centrifuge.connect();
    });
    return client;
  }

  /** The code that a client is refused with. */
  static async refusal(port: number, options: ConnectOptions): Promise<number> {
    const client = new CentrifugeClient(port, options);
    client.centrifuge.connect();
    return (await client.closed).code;
  }

  /** The id that presence, joins and publications show. */
  get clientId(): string {
    return this.id;
  }

  async join(channel: string, terms: SubscribeTerms = {}): Promise<Verdict> {
    const context = await this.subscribe(channel, terms);
    return typeof context === "number" ? context : "done";
  }

  /** Subscribes, and answers with what the server said of the subscription. */
  async subscribe(channel: string, terms: SubscribeTerms = {}): Promise<SubscribedContext | number> {
    const { vouched = isClosed(channel), info, recoverFrom, positioned = false } = terms;
    const vouching = vouched ? this.subscriptionToken(channel, info) : "";
    const subscription = this.centrifuge.newSubscription(channel, {
      joinLeave: true,
      positioned,
      token: terms.token ?? vouching,
      ...(recoverFrom === undefined ? {} : { since: recoverFrom, recoverable: true }),
    });
    this.watch(subscription);
    const answer = await new Promise<SubscribedContext | number>((resolve) => {
      subscription.on("subscribed", resolve);
      subscription.on("unsubscribed", ({ code }) => {
        resolve(code);
      });
      subscription.on("error", ({ error }) => {
        resolve(error.code);
      });
      subscription.subscribe();
    });
    if (typeof answer === "number") this.centrifuge.removeSubscription(subscription);
    else this.subscriptions.set(channel, subscription);
    return answer;
  }

  async leave(channel: string): Promise<void> {
    const subscription = this.subscriptions.get(channel);
    if (subscription === undefined) return;
    this.subscriptions.delete(channel);
    this.centrifuge.removeSubscription(subscription);
    await this.answered();
  }

  async say(channel: string, event: string, data: unknown): Promise<Verdict> {
    return this.publish(channel, { type: event, data });
  }

  /** Publishes a value; bytes as they are. */
  async publish(channel: string, value: unknown): Promise<Verdict> {
    const asItIs = this.encoding === "json" || value instanceof Uint8Array;
    const data: unknown = asItIs ? value : new TextEncoder().encode(JSON.stringify(value));
    return verdict(this.centrifuge.publish(channel, data));
  }

  async presence(channel: string): Promise<Readonly<Record<string, PresentClient>> | number> {
    try {
      const { clients } = await this.centrifuge.presence(channel);
      return Object.fromEntries(Object.entries(clients).map(([id, info]) => [id, presentClient(info)]));
    } catch (cause) {
      return codeOf(cause);
    }
  }

  async presenceStats(channel: string): Promise<{ numClients: number; numUsers: number } | number> {
    try {
      return await this.centrifuge.presenceStats(channel);
    } catch (cause) {
      return codeOf(cause);
    }
  }

  /** The data of what the channel's history holds, oldest first. */
  async history(channel: string): Promise<readonly unknown[] | number> {
    try {
      const { publications } = await this.centrifuge.history(channel, { limit: 100 });
      return publications.map(({ data }) => valueOf(data));
    } catch (cause) {
      return codeOf(cause);
    }
  }

  subscriptionToken(channel: string, info?: unknown): string {
    const claims = { sub: this.user, channel, ...(info === undefined ? {} : { info }) };
    return token(claims, { secret: this.hmac });
  }

  /** Resolves when the server has answered everything sent before: a history of no channel is refused, in order. */
  async answered(): Promise<void> {
    await verdict(this.centrifuge.presenceStats("no-such-namespace:x"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.centrifuge.disconnect();
    return Promise.resolve();
  }

  private watch(subscription: Subscription): void {
    const { channel } = subscription;
    subscription.on("publication", (publication) => {
      this.heard.push(heardOf(channel, publication));
    });
    subscription.on("join", ({ info }) => {
      this.moved.push({ channel, change: "join", user: info.user });
    });
    subscription.on("leave", ({ info }) => {
      this.moved.push({ channel, change: "leave", user: info.user });
    });
    subscription.on("unsubscribed", ({ code }) => {
      this.unsubscribed.push({ channel, code });
    });
  }

  private watchServerSide(): void {
    this.centrifuge.on("subscribed", ({ channel }) => {
      this.serverSide.push({ channel, subscribed: true });
    });
    this.centrifuge.on("unsubscribed", ({ channel }) => {
      this.serverSide.push({ channel, subscribed: false });
    });
    this.centrifuge.on("publication", (publication) => {
      this.heard.push(heardOf(publication.channel, publication));
    });
  }

  private watchClose(): Promise<Closed> {
    return new Promise((resolve) => {
      const ended = ({ code, reason }: Closed): void => {
        resolve({ code, reason });
        this.centrifuge.disconnect();
      };
      this.centrifuge.on("disconnected", ended);
      this.centrifuge.on("connecting", (context) => {
        // Code 0 is the first attempt.
        if (context.code !== 0) ended(context);
      });
      this.centrifuge.on("error", ({ error }) => {
        if (error.code >= 100) ended({ code: error.code, reason: error.message });
      });
    });
  }
}

export interface PresentClient {
  readonly client: string;
  readonly user: string;
  readonly connInfo?: unknown;
  readonly chanInfo?: unknown;
}

function presentClient({ client, user, connInfo, chanInfo }: PresentClient): PresentClient {
  const shown = (info: unknown): unknown =>
    info instanceof Uint8Array && info.length === 0 ? undefined : valueOf(info);
  return { client, user, connInfo: shown(connInfo), chanInfo: shown(chanInfo) };
}

/** A WebSocket that keeps what comes. */
function recordingSocket(frames: Events<string>): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols);
      this.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (typeof data === "string") frames.push(data);
        else if (data instanceof ArrayBuffer) frames.push(new TextDecoder().decode(data));
      });
    }
  };
}
