import type { Clock } from "../../core/clock.ts";
import { Deadlines } from "../../core/deadlines.ts";
import { Heartbeat } from "../../core/heartbeat.ts";
import type { Hub } from "../../core/hub.ts";
import type { StreamOutlet } from "../protocol.ts";
import type { Codec } from "./codec.ts";
import { ExpiryWatch } from "./expiry-watch.ts";
import { noProxies, type AppProxies } from "./proxies/app-proxies.ts";
import type { CentrifugoSession } from "./session.ts";
import type { CentrifugoApp, ClientSettings } from "./settings.ts";
import { fetchDocument } from "../../secrets/key-document.ts";
import { TokenVerifier } from "./tokens/token-verifier.ts";
import type { Voice } from "./voice.ts";

export interface WireParts {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly client: ClientSettings;
  /** What the connect reply calls the server's version. */
  readonly versionText: string;
}

/** A client whose connect was refused has so long to close its socket itself. Milliseconds. */
const refusedPatience = 5_000;

interface Ticking {
  readonly stale: Deadlines<CentrifugoSession>;
  readonly refused: Deadlines<CentrifugoSession>;
  readonly expiry: ExpiryWatch;
}

/** What all Centrifugo connections of this process share. */
export class CentrifugoWire {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly client: ClientSettings;
  readonly versionText: string;
  /** Whose frame is being taken in this turn. */
  taking: CentrifugoSession | undefined = undefined;
  private ticking: Ticking | undefined = undefined;
  private readonly heartbeats: Heartbeat[] = [];

  constructor({ hub, clock, client, versionText }: WireParts) {
    this.hub = hub;
    this.clock = clock;
    this.client = client;
    this.versionText = versionText;
  }

  start(): void {
    const { hub, clock, client } = this;
    this.ticking = {
      stale: new Deadlines(clock, (session) => {
        session.expectConnected();
      }),
      refused: new Deadlines(clock, (session) => {
        session.dismiss();
      }),
      expiry: new ExpiryWatch(hub, clock, client),
    };
    for (const heartbeat of this.heartbeats) heartbeat.start(clock);
  }

  end(): void {
    this.ticking?.stale.end();
    this.ticking?.refused.end();
    this.ticking?.expiry.end();
    for (const heartbeat of this.heartbeats) heartbeat.end();
  }

  /** How it speaks where a close has a code of its own. @param answers pings are answered, and nobody stays who does not */
  voice(codec: Codec, answers: boolean): Voice {
    const patience = answers ? Math.max(0, this.client.pongTimeout) : 0;
    return {
      transport: "websocket",
      codec,
      heartbeat: this.heartbeat(codec, patience),
      pongs: patience > 0,
      saysGoodbye: false,
    };
  }

  private heartbeat(codec: Codec, patience: number): Heartbeat | undefined {
    const { pingInterval } = this.client;
    if (pingInterval <= 0) return undefined;
    const heartbeat = new Heartbeat(this.hub.ports.fanout, {
      name: codec.encoder.encoding,
      interval: pingInterval,
      patience,
      frame: codec.ping,
    });
    this.heartbeats.push(heartbeat);
    return heartbeat;
  }

  /** A connection takes its place, although it has not sent its connect command yet. */
  opened(session: CentrifugoSession): void {
    this.hub.capacity.take();
    this.ticking?.stale.add(session, this.clock.now() + this.client.staleCloseDelay);
  }

  refused(session: CentrifugoSession): void {
    const patience = session.voice.saysGoodbye ? this.client.staleCloseDelay : refusedPatience;
    this.ticking?.refused.add(session, this.clock.now() + patience);
  }

  get expiry(): ExpiryWatch | undefined {
    return this.ticking?.expiry;
  }
}

/** What the connections of one app share. */
export class Door {
  readonly proxies: AppProxies;
  readonly connectionTokens: TokenVerifier | undefined;
  readonly subscriptionTokens: TokenVerifier | undefined;
  /** Clients that hear by a stream and speak by requests, by the session that these name. */
  readonly emulated = new Map<string, StreamOutlet>();

  constructor(
    readonly wire: CentrifugoWire,
    readonly settings: CentrifugoApp,
  ) {
    const { tokens, subscriptionTokens, skipSignature, app, proxies } = settings;
    this.proxies = proxies ?? noProxies;
    const { clock, hub } = wire;
    const notice = (message: string): void => {
      hub.observer.notice(app.id === "" ? message : `app ${JSON.stringify(app.id)}: ${message}`);
    };
    const verifying = { clock, skipSignature, source: { clock, notice, fetch: fetchDocument } };
    this.connectionTokens = tokens === undefined ? undefined : new TokenVerifier(tokens, verifying);
    this.subscriptionTokens =
      subscriptionTokens === undefined || subscriptionTokens === tokens
        ? this.connectionTokens
        : new TokenVerifier(subscriptionTokens, verifying);
  }

  end(): void {
    this.connectionTokens?.end();
    this.subscriptionTokens?.end();
  }
}
