import { Centrifuge, type ClientInfo, type PublicationContext, type Subscription } from "centrifuge";
import type { Problem } from "../shell/problem.ts";
import { centrifugoProblem } from "./wire-problem.ts";
import { askToken, type Setup } from "./setup.ts";
import {
  eventOf,
  memberOf,
  textOf,
  type Member,
  type Speaker,
  type WireClient,
  type WireEvents,
} from "./wire.ts";
import type { LastClosure } from "./pusher-client.ts";

/** A centrifuge-js client. It connects at once. */
export class CentrifugoClient implements WireClient {
  private readonly centrifuge: Centrifuge;
  private subscription: Subscription | undefined;
  /** Clients in the channel by their id; undefined where the channel has no presence, or it is not known yet. */
  private clients: Map<string, ClientInfo> | undefined;
  private self = "";

  constructor(
    private readonly setup: Setup,
    private readonly events: WireEvents,
    private readonly ports: { readonly socket: typeof WebSocket; readonly lastClosure: LastClosure },
  ) {
    this.centrifuge = new Centrifuge(`${location.origin.replace(/^http/, "ws")}${setup.websocketPath}`, {
      websocket: ports.socket,
      getToken: () => askToken(`/dev/centrifugo/token?${this.asked()}`),
    });
    this.watch();
    this.centrifuge.connect();
  }

  join(channel: string): void {
    if (this.subscription !== undefined) {
      this.subscription.removeAllListeners();
      this.centrifuge.removeSubscription(this.subscription);
    }
    this.events.problem(undefined);
    this.events.joined(undefined);
    this.forgetClients();
    const subscription = this.centrifuge.newSubscription(channel, {
      joinLeave: true,
      getToken: () => askToken(`/dev/centrifugo/subscription-token?${this.asked({ channel })}`),
    });
    this.subscription = subscription;
    subscription.on("subscribed", () => {
      this.events.problem(undefined);
      this.events.joined(channel);
      this.loadClients(subscription);
    });
    subscription.on("subscribing", () => {
      this.events.joined(undefined);
      this.forgetClients();
    });
    subscription.on("unsubscribed", ({ code, reason }) => {
      this.events.joined(undefined);
      this.forgetClients();
      this.events.problem(centrifugoProblem(`The Centrifugo client is not on ${channel}.`, code, reason));
    });
    subscription.on("error", ({ error }) => {
      const what = `The Centrifugo client could not join ${channel}.`;
      this.events.problem(centrifugoProblem(what, error.code, error.message));
    });
    subscription.on("publication", (publication) => {
      this.heard(publication);
    });
    subscription.on("join", ({ info }) => {
      this.clients?.set(info.client, info);
      this.showMembers();
    });
    subscription.on("leave", ({ info }) => {
      this.clients?.delete(info.client);
      this.showMembers();
    });
    subscription.subscribe();
  }

  async send(text: string): Promise<Problem | undefined> {
    const what = "The message was not sent.";
    if (this.subscription === undefined) return centrifugoProblem(what, 0, "no channel is joined");
    try {
      await this.subscription.publish({ type: "message", data: { text } });
      return undefined;
    } catch (cause) {
      const { code, message } = cause as { code?: number; message?: string };
      return centrifugoProblem(what, code ?? 0, message ?? "");
    }
  }

  private watch(): void {
    let wasUp = false;
    this.centrifuge.on("connected", ({ client }) => {
      wasUp = true;
      this.self = client;
      this.events.link("connected");
      this.events.problem(undefined);
    });
    this.centrifuge.on("connecting", ({ code, reason }) => {
      this.events.link(wasUp ? "retrying" : "connecting");
      if (wasUp) this.lost(code, reason);
    });
    this.centrifuge.on("disconnected", ({ code, reason }) => {
      this.events.link("off");
      this.lost(code, reason);
    });
    this.centrifuge.on("error", ({ type, error }) => {
      if (wasUp && type === "transport") return;
      this.events.link("retrying");
      const { code, reason } = this.ports.lastClosure() ?? { code: error.code, reason: error.message };
      const what = "The Centrifugo client could not connect.";
      this.events.problem(
        type === "transport"
          ? centrifugoProblem(what, code, reason)
          : centrifugoProblem(what, error.code, error.message),
      );
    });
  }

  /** The query of a token for this page's user. */
  private asked(more: Readonly<Record<string, string>> = {}): string {
    const { id, name } = this.setup.users.centrifugo;
    return new URLSearchParams({ user: id, name, ...more }).toString();
  }

  private lost(code: number, reason: string): void {
    // Codes below 100 are the library's own: the socket knows more.
    const said = code < 100 ? (this.ports.lastClosure() ?? { code: 1006, reason }) : { code, reason };
    this.events.problem(
      centrifugoProblem("The Centrifugo client lost its connection.", said.code, said.reason),
    );
  }

  private heard({ data, info }: PublicationContext): void {
    const publication = eventOf(data);
    this.events.heard({ by: this.speaker(info), event: publication.event, text: textOf(publication.data) });
  }

  private speaker(info: ClientInfo | undefined): Speaker {
    if (info === undefined) return { kind: "application" };
    return info.client === this.self ? { kind: "self" } : { kind: "member", member: memberOfClient(info) };
  }

  private loadClients(subscription: Subscription): void {
    subscription.presence().then(
      ({ clients }) => {
        if (subscription !== this.subscription) return;
        this.clients = new Map(Object.entries(clients));
        this.showMembers();
      },
      // A channel without presence refuses; the page then shows what the other wire knows.
      () => undefined,
    );
  }

  private forgetClients(): void {
    this.clients = undefined;
    this.showMembers();
  }

  /** One member for all connections of a user, as the other wire counts them. */
  private showMembers(): void {
    const { clients } = this;
    if (clients === undefined) {
      this.events.members(undefined);
      return;
    }
    const members = new Map<string, Member>();
    for (const info of clients.values())
      if (!members.has(info.user)) members.set(info.user, memberOfClient(info));
    this.events.members([...members.values()]);
  }
}

function memberOfClient({ user, chanInfo, connInfo }: ClientInfo): Member {
  return memberOf(user, chanInfo ?? connInfo);
}
