import type { StreamStep, TokenLife } from "../actions.ts";
import { people } from "./people.ts";

export type StreamStatus = "offline" | "live" | "paused";

/** The names of a channel's rooms. A private one is open to one user. */
export interface RoomNames {
  readonly chat: string;
  readonly limitedChat: string;
  readonly info: string;
  readonly points: string;
  privateChat(user: string): string;
}

/** The channel's id in the back end; it stands in the names. */
const channelId = 7;
/** Viewers that are remembered; the one that was changed the longest ago goes first. */
const mostViewers = 1_000;

/** What the control panel has set for one viewer. */
export interface Viewer {
  /** Whether the viewer may read the subscribers' chat. */
  readonly access: boolean;
  /** Seconds. */
  readonly tokenLife: TokenLife;
}

/** What the demo's back end holds of its one channel, for as long as it runs. */
export class Studio {
  readonly id = channelId;
  readonly owner = people.ada;
  status: StreamStatus = "live";
  title = "Bread at dawn: first loaf of the day";
  /** Unix seconds; undefined while the stream is off. */
  startedAt: number | undefined = now();
  followers = 1_284;
  private revision = 1;
  /** Later than every id before a restart: pages that stayed open drop what they have seen, by its id. */
  private lastId: number;
  private readonly viewers = new Map<string, Viewer>();

  /** @param opened Milliseconds since 1970. */
  constructor(opened: number = Date.now()) {
    this.lastId = opened;
  }

  names(): RoomNames {
    // Other names for the same channel, as when a back end moves it.
    const id = this.revision === 1 ? String(channelId) : `${channelId}.${this.revision}`;
    return {
      chat: `api-channel-chat:${id}`,
      limitedChat: `api-channel-limited-chat:${id}`,
      info: `api-channel-info:${id}`,
      points: `api-channel-points:${id}`,
      privateChat: (user) => `api-channel-chat:${id}#${user}`,
    };
  }

  rename(): void {
    this.revision += 1;
  }

  /** Of a message, a demand: one more than the last. */
  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** The stream as events and the DevAPI describe it. */
  stream() {
    return {
      id: "stream-1",
      title: this.title,
      status: this.status,
      ...(this.startedAt === undefined ? {} : { started_at: this.startedAt }),
      category: { id: "food", title: "Food and drink" },
    };
  }

  step(step: StreamStep): void {
    switch (step) {
      case "start":
        this.startedAt = now();
        this.status = "live";
        return;
      case "pause":
        this.status = "paused";
        return;
      case "resume":
        this.status = "live";
        this.startedAt ??= now();
        return;
      case "stop":
        this.status = "offline";
        this.startedAt = undefined;
        return;
      case "record":
        return;
    }
  }

  viewer(user: string): Viewer {
    return this.viewers.get(user) ?? { access: false, tokenLife: 3_600 };
  }

  setViewer(user: string, change: Partial<Viewer>): void {
    const viewer = { ...this.viewer(user), ...change };
    this.viewers.delete(user);
    this.viewers.set(user, viewer);
    const [first] = this.viewers.keys();
    if (this.viewers.size > mostViewers && first !== undefined) this.viewers.delete(first);
  }
}

/** Unix seconds. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
