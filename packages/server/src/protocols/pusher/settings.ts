import type { App } from "../../core/app.ts";
import { channelNameLength } from "./channel-name.ts";

/** A pair that signs for an app. */
export interface KeyPair {
  readonly key: string;
  readonly secret: string;
}

/** What the Pusher wire has to know of an app besides what holds on both wires. */
export interface PusherApp extends KeyPair {
  readonly app: App;
  /** Pairs that are still accepted while keys are rotated. */
  readonly previous: readonly KeyPair[];
  readonly enabled: boolean;
  readonly tlsOnly: boolean;
  /** Origins of browsers; `*` stands for any part of one. Empty: any. */
  readonly allowedOrigins: readonly string[];
  /** Milliseconds of silence after which either side asks whether the other is there. */
  readonly activityTimeout: number;
  /** Subscribers are told how many they are (protocol notes, 2.10). */
  readonly subscriptionCount: boolean;
  /** Milliseconds in which a connection has to join a closed channel or sign in (protocol notes, 2.11). 0 = any. */
  readonly authorizedWithin: number;
  /** Pusher connections of the app, on this node. 0 = any. */
  readonly connectionLimit: number;
  /** Channels of one connection. 0 = any. */
  readonly channelsPerConnection: number;
  /** Channels that one API event may go to (protocol notes, 3.1). 0 = any. */
  readonly channelsPerEvent: number;
  /** Events of one API batch (protocol notes, 3.1). 0 = any. */
  readonly eventsPerBatch: number;
  /** Presence channels that one connection may leave in a second and still join some at once. 0 = any. */
  readonly presenceRejoinsPerSecond: number;
  /** Users that one connection watches. 0 = any. */
  readonly watchlistLimit: number;
}

/** Longest event name, in characters (protocol notes, 2.1). */
export const eventNameLength = 200;
/** Longest user id, in characters (protocol notes, 2.1). */
export const userIdLength = 128;

/** What a message may have besides an event's data. */
const frameBase = 64 * 1024;
/** A character of data may be escaped as six. */
const escaped = 6;
/** Bytes of a channel's name in a list: its characters, quotes, a comma and some space. */
const quotedChannelName = channelNameLength + 8;
/** Bytes of one message or request where `event_bytes` bounds no event. */
const unboundedLimit = 10 * 1024 * 1024;

/** Bytes of the largest message of a client; above it the connection is closed with 1009. */
export function frameLimitOf({ eventBytes }: { readonly eventBytes: number }): number {
  return eventBytes === 0 ? unboundedLimit : frameBase + escaped * eventBytes;
}

/** Seconds by which the clock of who signs a request may differ from ours (protocol notes, 3.2). */
export const timestampTolerance = 600;

/**
 * Bytes of the largest API request: a full batch fits, whatever its data holds, and an event for as many channels as
 * one may go to. Above it, 413.
 */
export function bodyLimitOf({ app, eventsPerBatch, channelsPerEvent }: PusherApp): number {
  const { eventBytes } = app.settings;
  const limit =
    2 * frameBase + Math.max(1, eventsPerBatch) * escaped * eventBytes + channelsPerEvent * quotedChannelName;
  const bounded = eventBytes > 0 && eventsPerBatch > 0 && channelsPerEvent > 0;
  return bounded ? limit : Math.max(limit, unboundedLimit);
}
