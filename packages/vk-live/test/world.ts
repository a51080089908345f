import { CentrifugoPublisher } from "@twinwire/backend";
import {
  VkLive,
  type AnyLiveEvent,
  type ChannelFault,
  type LiveChannel,
  type VkLiveOptions,
} from "@twinwire/vk-live";
import {
  memoryStore,
  vkLiveBackend,
  vkLivePublisher,
  type MemoryChannel,
  type MemoryStore,
  type VkLiveBackendOptions,
  type VkLivePublisher,
} from "@twinwire/vk-live/backend";

import { Events } from "../../server/test/events.ts";
import { keys, startTestServer, type TestServer } from "../../server/test/server.ts";

const history = { history_size: 100, history_ttl: "60s", force_recovery: true };

/** The namespaces of VK's channels: open to users, bound to one by the name, or closed without a token. */
export const liveNamespaces = [
  {
    name: "api-channel-chat",
    allow_subscribe_for_client: true,
    allow_user_limited_channels: true,
    ...history,
  },
  { name: "api-channel-info", allow_subscribe_for_client: true, allow_user_limited_channels: true },
  { name: "api-channel-points", allow_subscribe_for_client: true, allow_user_limited_channels: true },
  { name: "api-channel-limited-chat", ...history },
];

/** A stream with a channel of every kind. */
export const nightOwl: MemoryChannel = {
  channel: { id: 7, nick: "Night Owl", url: "night-owl", status: "online", counters: { subscribers: 3 } },
  owner: { id: 70, nick: "Owl" },
  stream: { id: "s1", title: "Owls at night", status: "online" },
  names: {
    chat: "api-channel-chat:7",
    private_chat: "api-channel-chat:7#{user}",
    limited_chat: "api-channel-limited-chat:7",
    limited_private_chat: "api-channel-limited-chat:7#{user}",
    info: "api-channel-info:7",
    private_info: "api-channel-info:7#{user}",
    channel_points: "api-channel-points:7",
    private_channel_points: "api-channel-points:7#{user}",
  },
  readers: ["1"],
};

/** Ann may read what is limited, Bob may not, and the bot is an application. */
export function liveStore(
  channels: Readonly<Record<string, MemoryChannel>> = { "night-owl": nightOwl },
): MemoryStore {
  return memoryStore({
    tokens: {
      "ann-token": { kind: "user", id: "1" },
      "bob-token": { kind: "user", id: "2" },
      "bot-token": { kind: "app", id: "bot" },
    },
    channels,
  });
}

export interface Asked {
  readonly path: string;
  readonly channels: readonly string[];
  readonly status: number;
}

export interface WorldOptions {
  readonly store?: MemoryStore;
  readonly expiresIn?: VkLiveBackendOptions["expiresIn"];
  readonly client?: Readonly<Record<string, unknown>>;
  /** Answers in the back end's place, where it returns something. */
  readonly instead?: (request: Request) => Response | undefined;
}

/** Frames and connections of one client. */
export class Wiretap {
  readonly sent = new Events<string>();
  readonly received = new Events<string>();
  readonly sockets: WebSocket[] = [];
  /** A WebSocket class that is listened to. */
  readonly websocket: typeof WebSocket;

  constructor() {
    const { sent, received, sockets } = this;
    this.websocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
        this.addEventListener("message", ({ data }) => {
          received.push(String(data));
        });
      }
      override send(data: string): void {
        sent.push(data);
        super.send(data);
      }
    };
  }

  /** Ends the connection that is up, as a network would. */
  cut(): void {
    this.sockets.at(-1)?.close();
  }
}

/** Twinwire and a back end on the DevAPI's paths, with clients of it. */
export class World implements AsyncDisposable {
  readonly server: TestServer;
  readonly store: MemoryStore;
  readonly api: CentrifugoPublisher;
  readonly publisher: VkLivePublisher;
  readonly asked = new Events<Asked>();
  readonly url: string;
  readonly #http: ReturnType<typeof Bun.serve>;
  readonly #lives: VkLive[] = [];

  constructor(options: WorldOptions = {}) {
    const { store = liveStore(), expiresIn = {}, client = {}, instead } = options;
    this.server = startTestServer({
      client: { token: { hmac_secret_key: keys.hmac }, allowed_origins: ["*"], ...client },
      channel: { namespaces: liveNamespaces },
    });
    this.store = store;
    this.api = new CentrifugoPublisher({ url: this.server.url, apiKey: keys.apiKey });
    this.publisher = vkLivePublisher(this.api);
    const backend = vkLiveBackend({ store, keys: { token: keys.hmac }, expiresIn });
    this.#http = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async (request) => {
        const response = instead?.(request) ?? (await backend.fetch(request));
        const { pathname: path, searchParams } = new URL(request.url);
        const channels = searchParams.get("channels")?.split(",") ?? [];
        this.asked.push({ path, channels, status: response.status });
        return response;
      },
    });
    this.url = `http://127.0.0.1:${this.#http.port}`;
  }

  get socket(): string {
    return this.server.url.replace("http", "ws");
  }

  live(token: VkLiveOptions["token"], options: Partial<VkLiveOptions> = {}): VkLive {
    const backoff = { min: 10, max: 50 };
    const live = new VkLive({ token, api: this.url, socket: this.socket, backoff, ...options });
    this.#lives.push(live);
    return live;
  }

  /** How often the path was asked. */
  times(path: string): number {
    return this.asked.all.filter((asked) => asked.path === path).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const live of this.#lives) live.close();
    await this.#http.stop(true);
    await this.server[Symbol.asyncDispose]();
  }
}

/** All that a channel says, in order. */
export class Heard {
  readonly events = new Events<AnyLiveEvent>();
  readonly faults = new Events<ChannelFault>();
  readonly noAccess = new Events<string>();
  readonly subscribed = new Events<string>();

  constructor(channel: LiveChannel) {
    channel.on("any", (event) => {
      this.events.push(event);
    });
    channel.on("error", (fault) => {
      this.faults.push(fault);
    });
    channel.on("no-access", ({ name }) => {
      this.noAccess.push(name);
    });
    channel.on("subscribed", ({ name }) => {
      this.subscribed.push(name);
    });
  }

  get texts(): readonly string[] {
    return this.events.all.map((event) =>
      event.type === "channel_chat_message_send" ? textOf(event.data.chat_message) : event.type,
    );
  }
}

interface WithParts {
  readonly parts: readonly { readonly text?: { readonly content: string } | null | undefined }[];
}

export function textOf({ parts }: WithParts): string {
  return parts.map(({ text }) => text?.content ?? "").join("");
}

/** A chat message with only what has to be in it. */
export function message(id: number, text: string) {
  return {
    chat_message: {
      id,
      created_at: 1_700_000_000 + id,
      author: { id: 5, nick: "Eve" },
      parts: [{ text: { content: text } }],
    },
  };
}
