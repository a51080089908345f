import {
  CentrifugeClient,
  CentrifugoApi,
  PusherApi,
  PusherClient,
  RawCentrifugo,
  RawPusher,
  type AppKeys,
  type Client,
  type ClientOptions,
  type ConnectOptions,
  type Encoding,
  type Heard,
  type Moved,
  type Wire,
} from "../clients.ts";
import { startTestServer, type TestServer } from "../server.ts";
import { bridgeConfig } from "./config.ts";
import type { Source } from "./case.ts";

/** A server, and whoever a case connects to it. Ends them all. */
export class World implements AsyncDisposable {
  private readonly server: TestServer;
  private readonly guests: AsyncDisposable[] = [];
  private markers = 0;

  /** `config` replaces sections of `bridgeConfig`; `encoding` is what Centrifugo clients speak that are not asked for another. */
  constructor(
    config: Readonly<Record<string, unknown>> = {},
    private readonly encoding: Encoding = "json",
  ) {
    this.server = startTestServer({ ...bridgeConfig(), ...config });
  }

  get port(): number {
    return this.server.port;
  }

  get url(): string {
    return this.server.url;
  }

  async client(wire: Wire, options: ClientOptions = {}): Promise<Client> {
    return wire === "pusher" ? this.pusher(options) : this.centrifugo(options);
  }

  async pusher(options: ClientOptions = {}): Promise<PusherClient> {
    return this.keep(await PusherClient.connect(this.port, options));
  }

  /** A Pusher client that its back end has named. */
  async signedIn(user: string): Promise<PusherClient> {
    const client = await this.pusher({ user });
    const verdict = await client.signIn();
    if (verdict !== "done") throw new Error(`the sign-in was refused: ${verdict}`);
    return client;
  }

  async centrifugo(options: ConnectOptions = {}): Promise<CentrifugeClient> {
    const { encoding } = this;
    return this.keep(await CentrifugeClient.connect(this.port, { encoding, ...options }));
  }

  async rawPusher(app?: AppKeys): Promise<RawPusher> {
    return this.keep(await RawPusher.connect(this.port, app));
  }

  async rawCentrifugo(user?: string, request?: Readonly<Record<string, unknown>>): Promise<RawCentrifugo> {
    return this.keep(await RawCentrifugo.connect(this.port, user, request));
  }

  get pusherApi(): PusherApi {
    return new PusherApi(this.port);
  }

  get centrifugoApi(): CentrifugoApi {
    return new CentrifugoApi(this.port);
  }

  /** A client of the wire that has joined, and hears the channel. */
  async listener(wire: Wire, channel: string, options: ClientOptions = {}): Promise<Client> {
    const client = await this.client(wire, { user: `${wire}-ear`, ...options });
    const verdict = await client.join(channel);
    if (verdict !== "done") throw new Error(`${wire} was refused on ${channel}: ${verdict}`);
    return client;
  }

  /** Publishes an event from a source: a client that joins for it, or an API. Fails where it is refused. */
  async speak(source: Source, channel: string, event: string, data: unknown): Promise<void> {
    if (source === "pusher" || source === "centrifugo") {
      const mouth = await this.listener(source, channel, { user: `${source}-mouth` });
      const verdict = await mouth.say(channel, event, data);
      if (verdict !== "done") throw new Error(`${source} may not publish to ${channel}: ${verdict}`);
      return;
    }
    const answer =
      source === "pusher-api"
        ? await this.pusherApi.publish(channel, event, data)
        : await this.centrifugoApi.publish(channel, { type: event, data });
    if (answer.status !== 200 || answer.text.includes('"error"'))
      throw new Error(`${source} may not publish to ${channel}: ${answer.text}`);
  }

  /** Everything that a subscriber of the channel has heard there until now: what comes before a marker published now. */
  async heardBy(listener: Client, channel: string): Promise<Heard[]> {
    const marker = await this.mark(channel);
    const isMarker = ({ event }: Heard): boolean => event === marker;
    await listener.heard.first((heard) => heard.channel === channel && isMarker(heard));
    return listener.heard.all.filter(
      (heard) => heard.channel === channel && !heard.event.startsWith("marker-"),
    );
  }

  /** The names of what a subscriber has heard there until now. */
  async eventsHeardBy(listener: Client, channel: string): Promise<string[]> {
    return (await this.heardBy(listener, channel)).map(({ event }) => event);
  }

  /** Who came and left, as a subscriber of the channel has been told until now. */
  async movesToldTo(listener: Client, channel: string): Promise<string[]> {
    await this.heardBy(listener, channel);
    return movesOf(listener.moved.all, channel);
  }

  /** The value of one line of `/metrics` whose text has all the parts; 0 where there is none. */
  async metric(...parts: readonly string[]): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text
      .split("\n")
      .find((one) => !one.startsWith("#") && parts.every((part) => one.includes(part)));
    return Number(line?.split(" ").at(-1) ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guest of this.guests.reverse()) await guest[Symbol.asyncDispose]();
    // An answer's time for the server to notice that they are gone: its drain looks for itself only every 50 ms.
    if (this.guests.length > 0) await fetch(`${this.url}/health`);
    await this.server[Symbol.asyncDispose]();
  }

  private async mark(channel: string): Promise<string> {
    this.markers += 1;
    const marker = `marker-${this.markers}`;
    // Centrifugo's API reaches every channel there is.
    const { text } = await this.centrifugoApi.publish(
      channel,
      { type: marker, data: 0 },
      { skip_history: true },
    );
    if (text.includes('"error"')) throw new Error(`the marker was refused on ${channel}: ${text}`);
    return marker;
  }

  private keep<T extends AsyncDisposable>(guest: T): T {
    this.guests.push(guest);
    return guest;
  }
}

function movesOf(moved: readonly Moved[], channel: string): string[] {
  return moved.filter((move) => move.channel === channel).map(({ change, user }) => `${change} ${user}`);
}
