import type {
  Centrifuge,
  ClientInfo,
  PublicationContext,
  ServerSubscribedContext,
  SubscribedContext,
  Subscription,
  SubscriptionOptions,
} from "centrifuge";
import type {
  Call,
  ClientInfoLine,
  ClientTerms,
  Line,
  PublicationLine,
  Said,
  SubscriptionTerms,
  Told,
  Transport,
} from "../field-client.ts";

/** What of a build of centrifuge the programs use. The builds and versions have one face; what is private differs. */
export interface Build {
  readonly Centrifuge: typeof Centrifuge;
  /** How an application says that somebody may not; 3.1 takes an empty token for it. */
  readonly UnauthorizedError?: new (message: string) => Error;
  readonly protobuf: boolean;
  /** What this build and platform need besides. */
  readonly options?: Readonly<Record<string, unknown>>;
}

type Say = (line: Line) => void;

/** Asks the application for a token as pages do. */
async function tokenFrom(url: string, build: Build): Promise<string> {
  const answer = await fetch(url);
  if (answer.status !== 403) return answer.text();
  if (build.UnauthorizedError === undefined) return "";
  throw new build.UnauthorizedError("");
}

/** One client, as its documentation has it. */
class Driven {
  private readonly centrifuge: Centrifuge;

  constructor(
    private readonly build: Build,
    { terms, transport }: { readonly terms: ClientTerms; readonly transport: Transport },
    private readonly say: Say,
  ) {
    const { host, token, tokenUrl, data, transports = [transport] } = terms;
    const endpoints = transports.map((one) => ({ transport: one, endpoint: endpointOf(host, one) }));
    this.centrifuge = new build.Centrifuge(endpoints, {
      emulationEndpoint: `http://${host}/emulation`,
      minReconnectDelay: 20,
      maxReconnectDelay: terms.maxReconnectDelay,
      maxServerPingDelay: terms.maxServerPingDelay,
      ...(token === undefined ? {} : { token }),
      ...(tokenUrl === undefined ? {} : { getToken: () => tokenFrom(tokenUrl, build) }),
      ...(data === undefined ? {} : { data: this.written(data) }),
      ...build.options,
    });
    this.listen();
    this.centrifuge.connect();
  }

  perform(told: Exclude<Told, { readonly do: "start" }>): void {
    switch (told.do) {
      case "disconnect": {
        this.centrifuge.disconnect();
        break;
      }
      case "subscribe": {
        this.subscribe(told.channel, told.terms);
        break;
      }
      case "unsubscribe": {
        this.centrifuge.getSubscription(told.channel)?.unsubscribe();
        break;
      }
      case "call":
        this.call(told.call).then(
          (result) => {
            this.say({ kind: "answer", id: told.id, result });
          },
          ({ code, message }: { code?: number; message: string }) => {
            this.say({ kind: "failed", id: told.id, code: code ?? null, message });
          },
        );
    }
  }

  private listen(): void {
    const { centrifuge, say } = this;
    centrifuge.on("connecting", ({ code, reason }) => {
      say({ kind: "state", state: "connecting", code, reason });
    });
    centrifuge.on("connected", ({ client, data, transport }) => {
      const by = transport as Transport;
      say({ kind: "state", state: "connected", id: client, transport: by, data: this.read(data) });
    });
    centrifuge.on("disconnected", ({ code, reason }) => {
      say({ kind: "state", state: "disconnected", code, reason });
    });
    centrifuge.on("error", ({ error }) => {
      say({ kind: "error", code: error.code, message: error.message });
    });
    centrifuge.on("subscribing", ({ channel }) => {
      say({ kind: "subscription", state: "subscribing", channel, server: true });
    });
    centrifuge.on("subscribed", (context) => {
      this.sayJoined(context, true);
    });
    centrifuge.on("unsubscribed", ({ channel }) => {
      say({ kind: "subscription", state: "unsubscribed", channel, server: true });
    });
    centrifuge.on("publication", (context) => {
      const { channel } = context;
      say({ kind: "publication", channel, server: true, ...this.publication(context) });
    });
    for (const kind of ["join", "leave"] as const)
      centrifuge.on(kind, ({ channel, info }) => {
        say({ kind, channel, ...this.info(info) });
      });
  }

  private subscribe(channel: string, terms: SubscriptionTerms): void {
    const known = this.centrifuge.getSubscription(channel);
    if (known !== null) {
      known.subscribe();
      return;
    }
    const { data, token, tokenUrl, recoverable, positioned, joinLeave, delta, tag } = terms;
    const options: Partial<SubscriptionOptions> = {
      // A page may ask again sooner than the client would.
      minResubscribeDelay: 20,
      ...(data === undefined ? {} : { data: this.written(data) }),
      ...(token === undefined ? {} : { token }),
      ...(tokenUrl === undefined ? {} : { getToken: () => tokenFrom(tokenUrl, this.build) }),
      ...(recoverable === true ? { recoverable } : {}),
      ...(positioned === true ? { positioned } : {}),
      ...(joinLeave === true ? { joinLeave } : {}),
      ...(delta === true ? { delta: "fossil" } : {}),
      ...(tag === undefined ? {} : { tagsFilter: { key: tag.key, cmp: "eq", val: tag.value } }),
    };
    const subscription = this.centrifuge.newSubscription(channel, options);
    this.watch(subscription);
    subscription.subscribe();
  }

  private watch(subscription: Subscription): void {
    const { say } = this;
    const { channel } = subscription;
    subscription.on("subscribing", ({ code }) => {
      say({ kind: "subscription", state: "subscribing", channel, server: false, code });
    });
    subscription.on("subscribed", (context) => {
      this.sayJoined(context, false);
    });
    subscription.on("unsubscribed", ({ code }) => {
      say({ kind: "subscription", state: "unsubscribed", channel, server: false, code });
    });
    subscription.on("error", ({ error }) => {
      say({ kind: "subscription-error", channel, code: error.code, message: error.message });
    });
    subscription.on("publication", (context) => {
      say({ kind: "publication", channel, server: false, ...this.publication(context) });
    });
    for (const kind of ["join", "leave"] as const)
      subscription.on(kind, ({ info }) => {
        say({ kind, channel, ...this.info(info) });
      });
  }

  private sayJoined(context: SubscribedContext | ServerSubscribedContext, server: boolean): void {
    const { channel, wasRecovering, recovered, recoverable, positioned, streamPosition } = context;
    const position = streamPosition === undefined ? null : plainPosition(streamPosition);
    const told = { channel, server, wasRecovering, recovered, recoverable, positioned, position };
    this.say({ kind: "subscription", state: "subscribed", ...told, data: this.read(context.data) });
  }

  private async call(call: Call): Promise<unknown> {
    const { centrifuge } = this;
    switch (call.method) {
      case "publish": {
        await centrifuge.publish(call.channel, this.written(call.data));
        return {};
      }
      case "history": {
        const { limit, since, reverse = false } = call;
        const options = { limit, reverse, ...(since === undefined ? {} : { since }) };
        const page = await centrifuge.history(call.channel, options);
        const publications = page.publications.map((one) => this.publication(one));
        return { ...plainPosition(page), publications };
      }
      case "presence": {
        const { clients } = await centrifuge.presence(call.channel);
        const present = Object.entries(clients).map(([id, info]) => [id, this.info(info)]);
        return Object.fromEntries(present) as unknown;
      }
      case "presence_stats": {
        const { numClients, numUsers } = await centrifuge.presenceStats(call.channel);
        return { clients: numClients, users: numUsers };
      }
      case "rpc": {
        const answer = await centrifuge.rpc(call.name, this.written(call.data));
        return { data: this.read(answer.data) };
      }
      case "send": {
        await centrifuge.send(this.written(call.data));
        return {};
      }
    }
  }

  /** In protobuf a client's data is bytes, and what they mean is its application's matter: here, JSON. */
  private written(data: unknown): unknown {
    return this.build.protobuf ? new TextEncoder().encode(JSON.stringify(data)) : data;
  }

  private read(data: unknown): unknown {
    // 3.1 hands over what is absent as an empty array.
    if (this.build.protobuf && Array.isArray(data)) return null;
    if (!(data instanceof Uint8Array)) return data ?? null;
    return data.length === 0 ? null : (JSON.parse(new TextDecoder().decode(data)) as unknown);
  }

  private publication({ data, offset, tags, info }: PublicationContext): PublicationLine {
    return {
      data: this.read(data),
      // A number, or an object of 64 bits.
      offset: Number(offset ?? 0),
      tags: { ...tags },
      by: info?.user ?? null,
    };
  }

  private info({ user, connInfo, chanInfo }: ClientInfo): ClientInfoLine {
    return { user, connInfo: this.read(connInfo), chanInfo: this.read(chanInfo) };
  }
}

function plainPosition({ offset, epoch }: { offset: unknown; epoch: string }) {
  return { offset: Number(offset), epoch };
}

function endpointOf(host: string, transport: Transport): string {
  return `${transport === "websocket" ? "ws" : "http"}://${host}/connection/${transport}`;
}

/** Many clients of one build, that connect by this transport unless they are told otherwise. */
export function driver(build: Build, transport: Transport, say: (line: Said) => void): (told: Told) => void {
  const clients = new Map<string, Driven>();
  return (told) => {
    const { client } = told;
    if (told.do !== "start") {
      clients.get(client)?.perform(told);
      return;
    }
    const made = new Driven(build, { terms: told.terms, transport }, (line) => {
      say({ ...line, client });
    });
    clients.set(client, made);
  };
}
