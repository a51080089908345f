import Pusher from "pusher-js";
import PusherServer from "pusher";
import { Events } from "../events.ts";
import { keys } from "../server.ts";
import {
  isClosed,
  type AppKeys,
  type Client,
  type ClientOptions,
  type Heard,
  type JoinTerms,
  type Moved,
  type Verdict,
} from "./client.ts";

/** A message of the Pusher wire as pusher-js has parsed it. */
export interface PusherMessage {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly user_id?: string;
}

/** 32 bytes that encrypt nothing here: the server never sees a key. */
const noSecret = Buffer.alloc(32).toString("base64");

/** Signs as an application's back end does. */
export function pusherSigner(app: AppKeys, port = 1): PusherServer {
  return new PusherServer({
    appId: app.id,
    key: app.key,
    secret: app.secret,
    host: "127.0.0.1",
    port: String(port),
    useTLS: false,
    encryptionMasterKeyBase64: noSecret,
  });
}

interface Asking {
  readonly socketId: string;
  readonly channel: string;
  readonly member: { readonly user_id: string; readonly user_info?: unknown };
}

/** The back end's word for a channel: the official package's, where it signs such a name at all. */
export function authorization(app: AppKeys, asking: Asking): PusherServer.ChannelAuthResponse {
  const { socketId, channel, member } = asking;
  const present = channel.startsWith("presence-");
  if (!channel.includes(":")) {
    const data = present ? (member as PusherServer.PresenceChannelData) : undefined;
    return pusherSigner(app).authorizeChannel(socketId, channel, data);
  }
  const data = present ? JSON.stringify(member) : undefined;
  const mac = new Bun.CryptoHasher("sha256", app.secret);
  const text = [socketId, channel, ...(data === undefined ? [] : [data])].join(":");
  const auth = `${app.key}:${mac.update(text).digest("hex")}`;
  return { auth, shared_secret: noSecret, ...(data === undefined ? {} : { channel_data: data }) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function numberIn(value: unknown, name: string): number {
  const found = field(value, name);
  return typeof found === "number" ? found : 0;
}

/** How the official client finds a server on this machine. */
export function near(port: number) {
  return {
    cluster: "",
    wsHost: "127.0.0.1",
    wsPort: port,
    forceTLS: false,
    enabledTransports: ["ws" as const],
    disableStats: true,
  };
}

/** The official client by itself, nobody in particular, with the back end's word for whatever it joins. */
export function anonymousPusher(port: number): Pusher {
  return new Pusher(keys.app.key, {
    ...near(port),
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, answer) => {
        answer(null, authorization(keys.app, { socketId, channel: channelName, member: { user_id: "" } }));
      },
    },
  });
}

/** The official client, with the back end's word for whatever it joins. */
export class PusherClient implements Client {
  readonly wire = "pusher";
  readonly user: string;
  readonly heard = new Events<Heard>();
  readonly moved = new Events<Moved>();
  /** Everything that came, the protocol's own messages too. */
  readonly messages = new Events<PusherMessage>();
  /** Who of its watchlist is there and who is not, as it was told: `online ann`, `offline bob`. */
  readonly watched = new Events<string>();
  /** The code that the server closed it with. It does not come back by itself then. */
  readonly closed: Promise<number>;
  private readonly pusher: Pusher;
  private readonly terms = new Map<string, JoinTerms>();
  private readonly signer: PusherServer;
  private readonly info: unknown;
  private readonly app: AppKeys;

  private constructor(port: number, { user = "", info, watchlist, app = keys.app }: ClientOptions) {
    this.user = user;
    this.info = info;
    this.app = app;
    this.signer = pusherSigner(app);
    this.pusher = new Pusher(app.key, {
      ...near(port),
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, answer) => {
          answer(null, this.authorize(socketId, channelName));
        },
      },
      userAuthentication: {
        customHandler: ({ socketId }, answer) => {
          const data = {
            id: user,
            ...(info === undefined ? {} : { user_info: info }),
            ...(watchlist === undefined ? {} : { watchlist: [...watchlist] }),
          };
          answer(null, this.signer.authenticateUser(socketId, data));
        },
      },
    });
    this.pusher.connection.bind("message", (message: PusherMessage) => {
      this.file(message);
    });
    for (const name of ["online", "offline"])
      this.pusher.user.watchlist.bind(name, ({ user_ids: ids }: { user_ids: string[] }) => {
        for (const id of ids) this.watched.push(`${name} ${id}`);
      });
    this.closed = this.watchClose();
  }

  static async connect(port: number, options: ClientOptions = {}): Promise<PusherClient> {
    const client = new PusherClient(port, options);
    await new Promise<void>((resolve, reject) => {
      client.pusher.connection.bind("connected", resolve);
      void client.closed.then((code) => {
        reject(new Error(`the Pusher client was refused: ${code}`));
      });
    });
    return client;
  }

  get socketId(): string {
    return this.pusher.connection.socket_id;
  }

  /** The verdict is the code of the `pusher:error` that comes before the channel's own `pusher:subscription_error`. */
  async join(channel: string, terms: JoinTerms = {}): Promise<Verdict> {
    this.terms.set(channel, terms);
    const from = this.messages.all.length;
    const answer = this.coming(
      ({ event, channel: about }) =>
        about === channel &&
        (event === "pusher_internal:subscription_succeeded" || event === "pusher:subscription_error"),
    );
    this.pusher.subscribe(channel);
    const { event, data } = await answer;
    if (event === "pusher_internal:subscription_succeeded") return "done";
    // For pusher-js the channel is pending for ever: the next attempt would not even be sent.
    this.pusher.channel(channel).subscriptionPending = false;
    this.pusher.unsubscribe(channel);
    return this.errorSince(from) ?? numberIn(data, "status");
  }

  async leave(channel: string): Promise<void> {
    this.pusher.unsubscribe(channel);
    await this.answered();
  }

  async say(channel: string, event: string, data: unknown): Promise<Verdict> {
    const from = this.messages.all.length;
    this.pusher.send_event(`client-${event}`, data, channel);
    await this.answered();
    return this.errorSince(from) ?? "done";
  }

  /** Becomes the user's client; resolves when it also listens to what is sent to the user. */
  async signIn(): Promise<Verdict> {
    const own = `#server-to-user-${this.user}`;
    const answer = this.coming(
      ({ event, channel }) =>
        event === "pusher:error" || (channel === own && event === "pusher_internal:subscription_succeeded"),
    );
    this.pusher.signin();
    const { event, data } = await answer;
    return event === "pusher:error" ? numberIn(data, "code") : "done";
  }

  /** Users of a presence channel as the client knows them, with their infos. */
  members(channel: string): Readonly<Record<string, unknown>> {
    const joined = this.pusher.channel(channel);
    const members = field(field(joined, "members"), "members");
    return typeof members === "object" && members !== null ? { ...members } : {};
  }

  /** Resolves when the server has answered everything sent before. */
  async answered(): Promise<void> {
    const pong = this.coming(({ event }) => event === "pusher:pong");
    this.pusher.send_event("pusher:ping", {});
    await pong;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pusher.disconnect();
    return Promise.resolve();
  }

  private authorize(socketId: string, channel: string): PusherServer.ChannelAuthResponse {
    const { vouched = isClosed(channel), info = this.info } = this.terms.get(channel) ?? {};
    if (!vouched) {
      // Without a member pusher-js would not even ask.
      const member = { channel_data: JSON.stringify({ user_id: this.user }) };
      return { auth: "", ...(channel.startsWith("presence-") ? member : { shared_secret: noSecret }) };
    }
    const member = { user_id: this.user, ...(info === undefined ? {} : { user_info: info }) };
    return authorization(this.app, { socketId, channel, member });
  }

  private errorSince(from: number): number | undefined {
    const error = this.messages.all.slice(from).find(({ event }) => event === "pusher:error");
    return error === undefined ? undefined : numberIn(error.data, "code");
  }

  /** The next message that fits, not one that came before. */
  private coming(fits: (message: PusherMessage) => boolean): Promise<PusherMessage> {
    const from = this.messages.all.length;
    return this.messages.first((message) => fits(message) && this.messages.all.lastIndexOf(message) >= from);
  }

  private file(message: PusherMessage): void {
    this.messages.push(message);
    const { event, channel, data, user_id } = message;
    if (channel === undefined) return;
    if (event === "pusher_internal:member_added" || event === "pusher_internal:member_removed") {
      const change = event === "pusher_internal:member_added" ? "join" : "leave";
      this.moved.push({ channel, change, user: String(field(data, "user_id")) });
    } else if (!event.startsWith("pusher:") && !event.startsWith("pusher_internal:"))
      this.heard.push({ channel, event, data, user: user_id });
  }

  private watchClose(): Promise<number> {
    return new Promise((resolve) => {
      let code = 0;
      this.pusher.connection.bind("error", ({ type, data }: { type?: unknown; data?: unknown }) => {
        // It comes again then, in the wrapping of another type.
        if (type === "PusherError") code = numberIn(data, "code");
      });
      this.pusher.connection.bind("state_change", ({ previous, current }: Record<string, string>) => {
        const gone = previous === "connected" && current !== "connected";
        if (!gone && current !== "disconnected" && current !== "failed" && current !== "unavailable") return;
        resolve(code);
        this.pusher.disconnect();
      });
    });
  }
}
