import { Centrifuge, type Subscription, type SubscriptionOptions } from "centrifuge";
import { Centrifuge as CentrifugeProtobuf } from "centrifuge/build/protobuf";
import { Events } from "../events.ts";
import type { Encoding } from "../clients.ts";
import { token } from "./tokens.ts";

export interface Followed {
  /** The data: on JSON the value printed, in protobuf the bytes as text. */
  readonly text: string;
  readonly offset: number | undefined;
}

/** The official client with one subscription of its own options, and all that both are told. */
export class Following implements Disposable {
  readonly heard = new Events<Followed>();
  readonly all: Followed[] = [];
  /** How each of its subscribes went. */
  readonly recoveries: boolean[] = [];
  private subscribed = Promise.withResolvers<undefined>();

  private constructor(
    readonly centrifuge: Centrifuge,
    readonly subscription: Subscription,
    /** That came, as text. */
    readonly frames: readonly string[],
  ) {}

  static async start(
    port: number,
    channel: string,
    options: Partial<SubscriptionOptions> & { readonly encoding?: Encoding } = {},
  ): Promise<Following> {
    const { encoding = "json", ...subscribing } = options;
    const build = encoding === "json" ? Centrifuge : (CentrifugeProtobuf as unknown as typeof Centrifuge);
    const frames: string[] = [];
    const centrifuge = new build(`ws://127.0.0.1:${port}/connection/websocket`, {
      token: token({ sub: "follower" }),
      minReconnectDelay: 1,
      maxReconnectDelay: 1,
      websocket: recording(frames),
    });
    const following = new Following(centrifuge, centrifuge.newSubscription(channel, subscribing), frames);
    following.listen();
    following.subscription.subscribe();
    await following.back(() => {
      centrifuge.connect();
    });
    return following;
  }

  /** Does something after which the client subscribes again, and waits for that. */
  async back(comes: () => void): Promise<void> {
    this.subscribed = Promise.withResolvers();
    comes();
    await this.subscribed.promise;
  }

  /** Texts heard once this one has come. */
  async until(text: string): Promise<readonly string[]> {
    await this.heard.first((one) => one.text === text);
    return this.texts;
  }

  get texts(): readonly string[] {
    return this.all.map(({ text }) => text);
  }

  [Symbol.dispose](): void {
    this.centrifuge.disconnect();
  }

  private listen(): void {
    this.subscription.on("publication", ({ data, offset }) => {
      const text = data instanceof Uint8Array ? new TextDecoder().decode(data) : JSON.stringify(data);
      const followed = { text, offset };
      this.all.push(followed);
      this.heard.push(followed);
    });
    this.subscription.on("subscribed", ({ recovered }) => {
      this.recoveries.push(recovered);
      this.subscribed.resolve(undefined);
    });
    this.subscription.on("error", ({ error }) => {
      this.subscribed.reject(new Error(`${error.code} ${error.message}`));
    });
    this.subscription.on("unsubscribed", ({ code, reason }) => {
      this.subscribed.reject(new Error(`${code} ${reason}`));
    });
  }
}

function recording(frames: string[]): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = []) {
      super(url, protocols);
      this.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        frames.push(typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer));
      });
    }
  };
}
