import { memberAt } from "../json-text/slices.ts";

export interface Heard {
  readonly channel: string;
  /** JSON text, as it was published. */
  readonly data: string;
  /** Its place in the channel's history; undefined where there is none. */
  readonly offset: number | undefined;
}

export interface TailSettings {
  readonly url: string;
  readonly token: string;
  readonly subscribes: readonly { readonly channel: string; readonly token: string }[];
  readonly heard: (heard: Heard) => void;
  /** All subscriptions stand. */
  readonly joined: () => void;
}

interface Reply {
  readonly id?: number;
  readonly error?: { readonly code: number; readonly message: string };
  readonly push?: {
    readonly channel?: string;
    readonly pub?: { readonly offset?: number };
    readonly unsubscribe?: { readonly code: number; readonly reason: string };
    readonly disconnect?: { readonly code: number; readonly reason: string };
  };
}

/**
 * Follows channels over the Centrifugo wire (protocol notes, 1 and 2), for as long as the connection holds. It keeps the
 * text of each publication, which clients that parse do not hand over.
 */
export class Tail {
  /** Resolves with why it is over. */
  readonly ended: Promise<string>;
  private readonly end: (reason: string) => void;
  private readonly socket: WebSocket;
  private waiting: number;

  constructor(private readonly settings: TailSettings) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    this.end = (reason) => {
      resolve(reason);
      this.socket.close();
    };
    this.waiting = settings.subscribes.length;
    this.socket = new WebSocket(settings.url);
    this.socket.onopen = () => {
      this.socket.send(this.commands());
    };
    this.socket.onmessage = ({ data }) => {
      for (const line of String(data).split("\n")) this.line(line);
    };
    this.socket.onerror = () => {
      this.end(`no WebSocket connection to ${settings.url}`);
    };
    this.socket.onclose = ({ code, reason }) => {
      this.end(`the connection ended with ${code}${reason === "" ? "" : `: ${reason}`}`);
    };
  }

  private commands(): string {
    const { token, subscribes } = this.settings;
    const connect = { id: 1, connect: { token, name: "twinwire tail" } };
    const all = subscribes.map((subscribe, i) => ({ id: i + 2, subscribe }));
    return [connect, ...all].map((command) => JSON.stringify(command)).join("\n");
  }

  private line(line: string): void {
    if (line === "{}") this.socket.send("{}");
    if (line === "{}" || line === "") return;
    const { id, error, push } = JSON.parse(line) as Reply;
    if (error !== undefined) this.end(`${this.subject(id)} refused with ${error.code}: ${error.message}`);
    else if (push !== undefined) this.push(line, push);
    else if (id !== undefined && id > 1) this.subscribed();
  }

  private subject(id: number | undefined): string {
    const subscribe = this.settings.subscribes[(id ?? 0) - 2];
    return subscribe === undefined ? "the connection was" : `${subscribe.channel} was`;
  }

  private subscribed(): void {
    this.waiting -= 1;
    if (this.waiting === 0) this.settings.joined();
  }

  private push(line: string, push: NonNullable<Reply["push"]>): void {
    const { channel = "", pub, unsubscribe, disconnect } = push;
    if (pub !== undefined) {
      const data = memberAt(line, "push", "pub", "data") ?? "null";
      this.settings.heard({ channel, data, offset: pub.offset });
    }
    if (unsubscribe !== undefined)
      this.end(`the subscription to ${channel} ended with ${unsubscribe.code}: ${unsubscribe.reason}`);
    if (disconnect !== undefined)
      this.end(`the connection ended with ${disconnect.code}: ${disconnect.reason}`);
  }
}
