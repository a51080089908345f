import { VkLive, type ChannelFault, type ChannelRecord, type LiveChannel } from "@twinwire/vk-live";
import { apiPath, slug } from "../addresses.ts";
import type { Activity } from "./activity.ts";
import type { Cable } from "./cable.ts";
import { cutProblem, faultProblem, whyFault, type Closure } from "./cut-problem.ts";
import { showsHappenings } from "./happenings.ts";
import type { LinkView } from "./link-state.ts";
import type { RoomView } from "./room-view.ts";
import type { StreamState, StreamView } from "./stream-view.ts";

export interface Views {
  readonly link: LinkView;
  /** What goes to everybody, and to this viewer alone. */
  readonly chat: RoomView;
  readonly limited: RoomView;
  readonly stream: StreamView;
  readonly activity: Activity;
}

export interface FeedPorts {
  readonly cable: Cable;
  readonly fetch: typeof fetch;
  /** The viewer's access token. */
  readonly token: string;
  readonly websocketPath: string;
  readonly lastClosure: () => Closure | undefined;
}

/** The VK Video Live client of this page, and what it shows of what it hears. */
export class Feed {
  private live: VkLive | undefined;
  private channel: LiveChannel | undefined;
  private wasUp = false;

  constructor(
    private readonly views: Views,
    private readonly ports: FeedPorts,
  ) {}

  /** Connects, or connects anew. */
  start(): void {
    const before = this.live;
    const { cable, fetch, token, websocketPath } = this.ports;
    const live = new VkLive({
      token,
      api: `${location.origin}${apiPath}`,
      socket: `${location.origin.replace(/^http/, "ws")}${websocketPath}`,
      fetch,
      websocket: cable.socket(),
    });
    this.live = live;
    this.wasUp = false;
    before?.close();
    live.on("state", ({ state }) => {
      if (live === this.live) this.showState(state);
    });
    live.on("error", (fault) => {
      this.showFault(fault);
    });
    this.channel = this.follow(live);
    live.connect();
  }

  /** Asks again for what was without access. */
  refresh(): void {
    this.channel?.refresh();
  }

  /** The plug was pulled, or put in: what is said of the cut is another thing now. */
  plugged(): void {
    if (this.live?.state === "connecting" && this.wasUp) this.showCut();
  }

  private follow(live: VkLive): LiveChannel {
    const { chat, limited, activity, stream } = this.views;
    const channel = live.channel(slug);
    const roomOf = (kind: string): RoomView => (kind.startsWith("limited_") ? limited : chat);
    channel.on("info", (record) => {
      this.showChannel(record);
    });
    channel.on("subscribed", ({ kind, name, recovering, recovered }) => {
      if (kind !== "chat" && kind !== "limited_chat") return;
      const room = roomOf(kind);
      room.showAccess("open", name);
      room.showProblem(recovering && !recovered ? missed : undefined);
    });
    channel.on("no-access", ({ kind }) => {
      if (kind !== "limited_chat") return;
      limited.showAccess("no-access");
      limited.showProblem(undefined);
    });
    channel.on("channel_chat_message_send", ({ chat_message: message }, { channel: { kind } }) => {
      roomOf(kind).said(message);
    });
    channel.on("channel_chat_message_delete", ({ chat_message: { id } }, { channel: { kind } }) => {
      roomOf(kind).deleted(id);
    });
    channel.on("unknown", ({ name }) => {
      activity.add([`An event that this page does not know: ${name ?? "no type"}`]);
    });
    channel.on("error", (fault) => {
      this.showFault(fault);
    });
    showsHappenings(channel, activity, stream);
    return channel;
  }

  private showChannel({ channel, owner, stream }: ChannelRecord): void {
    const { stream: view } = this.views;
    view.showChannel(owner?.nick ?? channel.nick ?? slug, slug, channel.counters?.subscribers ?? 0);
    view.showTitle(stream?.title ?? "");
    view.showState(streamState(stream?.status), stream?.started_at ?? undefined);
  }

  private showState(state: VkLive["state"]): void {
    const { link, chat, limited } = this.views;
    switch (state) {
      case "connected":
        this.wasUp = true;
        link.show("connected");
        chat.showProblem(undefined);
        return;
      case "connecting":
        if (!this.wasUp) {
          link.show("connecting");
          return;
        }
        link.show("cut");
        chat.cut();
        limited.cut();
        this.showCut();
        return;
      case "disconnected":
        link.show("off");
        chat.cut();
        limited.cut();
    }
  }

  private showCut(): void {
    const { cable, lastClosure } = this.ports;
    this.views.chat.showProblem(cutProblem(lastClosure(), cable.isPlugged));
  }

  private showFault(fault: ChannelFault): void {
    const { chat, limited, activity } = this.views;
    switch (fault.kind) {
      case "invalid":
        activity.add([`${fault.type} is not as it should be`], whyFault(fault));
        return;
      case "handler":
      case "unexpected-answer":
        activity.add(["Something went wrong"], whyFault(fault));
        return;
      case "refused":
      case "subscribe": {
        const { kind, name } = fault.channel;
        const room = kind === "limited_chat" ? limited : chat;
        // Sent out by the server, the client asks again at once; only what the server refuses is a problem.
        const ordered = fault.code >= sentOut.least && fault.code <= sentOut.most;
        if (kind === "chat" || kind === "limited_chat") room.showAccess(ordered ? "asking" : "error");
        if (!ordered) room.showProblem(faultProblem(`${name} cannot be joined.`, fault));
        return;
      }
      case "unauthorized":
      case "forbidden":
      case "not-found":
      case "closed":
      case "token":
        chat.showProblem(faultProblem("The chat has stopped.", fault));
        return;
      case "unavailable":
      case "unreachable":
      case "connection":
        // While it is cut, the page says so already.
        if (!this.wasUp) chat.showProblem(faultProblem("The chat could not be joined.", fault));
    }
  }
}

/** Codes of an unsubscribe that the server ordered. */
const sentOut = { least: 2_000, most: 2_999 } as const;

const missed = {
  what: "Some messages may be missing.",
  why: "The cut lasted longer than the server keeps them.",
  next: "New ones come as before.",
} as const;

function streamState(status: string | null | undefined): StreamState {
  switch (status) {
    case "live":
    case "paused":
    case "offline":
      return status;
    default:
      return "unknown";
  }
}
