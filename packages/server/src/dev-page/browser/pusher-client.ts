import Pusher, { type Channel, type PresenceChannel } from "pusher-js";
import { ask } from "../shell/ask.ts";
import type { Problem } from "../shell/problem.ts";
import { pusherProblem } from "./wire-problem.ts";
import type { Setup } from "./setup.ts";
import { memberOf, textOf, type Member, type Speaker, type WireClient, type WireEvents } from "./wire.ts";

/** Why the socket closed last, if it did. */
export type LastClosure = () => { readonly code: number; readonly reason: string } | undefined;

/** The event that this page says things with; Pusher clients may only send names that begin with `client-`. */
const clientEvent = "client-message";

/** Channels that a signature opens, and that Pusher clients may send on. */
export function isClosed(channel: string): boolean {
  return channel.startsWith("private-") || channel.startsWith("presence-");
}

/** A pusher-js client. It connects at once, with the global WebSocket. */
export class PusherClient implements WireClient {
  private readonly pusher: Pusher;
  private channel: Channel | undefined;
  /** The server refused the channel; a new connection alone does not take that away. */
  private refused = false;

  constructor(
    private readonly setup: Setup,
    private readonly events: WireEvents,
    private readonly lastClosure: LastClosure,
  ) {
    const tls = location.protocol === "https:";
    const port = Number(location.port || (tls ? 443 : 80));
    this.pusher = new Pusher(setup.app.key, {
      cluster: "",
      wsHost: location.hostname,
      wsPort: port,
      wssPort: port,
      forceTLS: tls,
      // "ws" is TLS too where forceTLS says so; with "wss" beside it a plain server would be tried over TLS.
      enabledTransports: ["ws"],
      channelAuthorization: {
        customHandler: ({ socketId, channelName }, answer) => {
          this.authorize(socketId, channelName).then(
            (data) => {
              answer(null, data);
            },
            (cause: unknown) => {
              answer(cause instanceof Error ? cause : new Error(String(cause)), null);
            },
          );
        },
      },
    });
    this.watch();
  }

  join(name: string): void {
    if (this.channel !== undefined) {
      this.channel.unbind_all();
      this.pusher.unsubscribe(this.channel.name);
    }
    this.refused = false;
    this.events.problem(undefined);
    this.events.joined(undefined);
    this.events.members(undefined);
    const channel = this.pusher.subscribe(name);
    this.channel = channel;
    channel.bind("pusher:subscription_succeeded", () => {
      this.events.problem(undefined);
      this.events.joined(name);
      this.showMembers();
    });
    channel.bind(
      "pusher:subscription_error",
      (failure: { readonly error?: unknown; readonly status?: unknown }) => {
        this.refused = true;
        this.events.joined(undefined);
        this.events.members(undefined);
        const code = typeof failure.status === "number" ? failure.status : 0;
        const reason = typeof failure.error === "string" ? failure.error : "";
        this.events.problem(pusherProblem(`The Pusher client could not join ${name}.`, code, reason));
      },
    );
    for (const change of ["pusher:member_added", "pusher:member_removed"])
      channel.bind(change, () => {
        this.showMembers();
      });
    channel.bind(clientEvent, (data: unknown, metadata: { readonly user_id?: string } | undefined) => {
      this.events.heard({ by: this.speaker(metadata?.user_id), event: clientEvent, text: textOf(data) });
    });
    channel.bind_global((event: string, data: unknown) => {
      if (event === clientEvent || event.startsWith("pusher:")) return;
      const by: Speaker = event.startsWith("client-") ? this.speaker(undefined) : { kind: "application" };
      this.events.heard({ by, event, text: textOf(data) });
    });
  }

  send(text: string): Promise<Problem | undefined> {
    const sent = this.channel?.trigger(clientEvent, { text }) ?? false;
    if (!sent) return Promise.resolve(pusherProblem("The message was not sent.", 1006, ""));
    // A Pusher client does not hear itself, so the page shows what it said.
    this.events.heard({ by: { kind: "self" }, event: clientEvent, text });
    return Promise.resolve(undefined);
  }

  private watch(): void {
    const { connection } = this.pusher;
    let wasUp = false;
    connection.bind("state_change", ({ current }: { readonly current: string }) => {
      if (current === "connected") {
        wasUp = true;
        this.events.link("connected");
        if (!this.refused) this.events.problem(undefined);
        return;
      }
      this.events.joined(undefined);
      this.events.members(undefined);
      if (current === "connecting" && !wasUp) {
        this.events.link("connecting");
        return;
      }
      const gone = current === "disconnected" || current === "failed";
      this.events.link(gone ? "off" : "retrying");
      const { code, reason } = this.lastClosure() ?? { code: 1006, reason: "" };
      this.events.problem(pusherProblem("The Pusher client lost its connection.", code, reason));
    });
    connection.bind(
      "error",
      (failure: { readonly data?: { readonly code?: number; readonly message?: string } }) => {
        // Without data it is the socket's own failure, which the change of state tells.
        const { data } = failure;
        if (data === undefined) return;
        const what =
          connection.state === "connected"
            ? "The server refused something."
            : "The Pusher client could not connect.";
        this.events.problem(pusherProblem(what, data.code ?? 0, data.message ?? ""));
      },
    );
  }

  private async authorize(
    socketId: string,
    channelName: string,
  ): Promise<{ auth: string; channel_data?: string }> {
    const { id, name } = this.setup.users.pusher;
    const body = new URLSearchParams({
      socket_id: socketId,
      channel_name: channelName,
      user_id: id,
      user_info: JSON.stringify({ name, wire: "pusher" }),
    });
    return (await ask("/dev/pusher/auth", { method: "POST", body })) as {
      auth: string;
      channel_data?: string;
    };
  }

  private showMembers(): void {
    this.events.members(this.members());
  }

  /** Pusher keeps a list of members for presence channels only. */
  private members(): readonly Member[] | undefined {
    const { channel } = this;
    if (channel === undefined || !channel.name.startsWith("presence-")) return undefined;
    const members: Member[] = [];
    (channel as PresenceChannel).members.each(({ id, info }: { id: string; info: unknown }) => {
      members.push(memberOf(id, info));
    });
    return members;
  }

  private speaker(user: string | undefined): Speaker {
    const member = this.members()?.find((one) => one.user === user);
    return { kind: "member", member: member ?? memberOf(user ?? "", undefined) };
  }
}
