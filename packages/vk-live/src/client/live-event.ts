import type { EventFault } from "@twinwire/events";

import type { ChannelKind } from "../catalogue/channel-record.ts";
import type { LiveEventData, LiveEventType } from "../catalogue/live-events.ts";
import type { LiveFault } from "./fault.ts";
import type { Refusal } from "./shared-subscriptions.ts";

/** Where an event came from. */
export interface LiveSource {
  readonly slug: string;
  /** What the DevAPI calls it. */
  readonly kind: ChannelKind;
  /** What the socket calls it. */
  readonly name: string;
}

/** An event of the catalogue. */
export interface LiveEvent<T extends LiveEventType = LiveEventType> {
  readonly type: T;
  readonly data: LiveEventData<T>;
  readonly channel: LiveSource;
  /** What came over the wire. */
  readonly raw: unknown;
}

/** Any event of the catalogue, told apart by `type`. */
export type KnownLiveEvent = { [T in LiveEventType]: LiveEvent<T> }[LiveEventType];

/** An event whose type the catalogue does not have; or, where `name` is absent, something that is no event. */
export interface UnknownLiveEvent {
  readonly type: "unknown";
  /** The type on the wire. */
  readonly name: string | undefined;
  readonly data: unknown;
  readonly channel: LiveSource;
  readonly raw: unknown;
}

export type AnyLiveEvent = KnownLiveEvent | UnknownLiveEvent;

/** What concerns one slug. */
export type ChannelFault =
  | LiveFault
  /** The payload of an event is not what its type promises. */
  | {
      readonly kind: "invalid";
      readonly type: string;
      /** Where, as in `chat_message.parts[1].text`, and what is wrong there. */
      readonly issues: Extract<EventFault, { kind: "invalid" }>["issues"];
      readonly channel: LiveSource;
      readonly raw: unknown;
    }
  /** The server refused a channel, or took it away; the names are looked up again. */
  | ({ readonly kind: "refused"; readonly channel: LiveSource } & Refusal)
  /** A try to subscribe failed; the next one comes by itself. */
  | ({ readonly kind: "subscribe"; readonly channel: LiveSource } & Refusal);
