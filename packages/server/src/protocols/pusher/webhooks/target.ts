import type { Hmac } from "../../../secrets/hmac.ts";
import type { WebhookEvent, WebhookEventName } from "./event.ts";

/** One webhook of an app. */
export interface WebhookSettings {
  /** Unique among all webhooks, and the same after a restart with the same configuration. */
  readonly name: string;
  /** As an operator knows it, without secrets. */
  readonly shown: string;
  readonly url: string;
  readonly events: ReadonlySet<WebhookEventName>;
  readonly headers: Readonly<Record<string, string>>;
  /** What a channel's name begins and ends with, for this webhook to be told of it; empty = any. */
  readonly channelPrefix: string;
  readonly channelSuffix: string;
}

export function wants(
  { events, channelPrefix, channelSuffix }: WebhookSettings,
  event: WebhookEvent,
): boolean {
  const { name, channel } = event;
  return events.has(name) && channel.startsWith(channelPrefix) && channel.endsWith(channelSuffix);
}

/** What is told of one event, and where it stands among others. */
interface Told {
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** A request of the dialect, as the HTTP client sends it. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A webhook as somebody to be told: batches become signed requests (protocol notes, 4.1). */
export class WebhookTarget {
  readonly name: string;
  readonly shown: string;

  constructor(
    readonly settings: WebhookSettings,
    private readonly key: string,
    private readonly signer: Hmac,
  ) {
    this.name = settings.name;
    this.shown = settings.shown;
  }

  /** The same for every try, so that a receiver may compare. */
  request(events: readonly Told[]): WebhookRequest {
    const { url, headers } = this.settings;
    const at = events[0]?.at ?? 0;
    const body = `{"time_ms":${at},"events":[${events.map(({ text }) => text).join(",")}]}`;
    return {
      url,
      headers: {
        ...headers,
        // Exactly so: the SDKs take no parameters behind it.
        "content-type": "application/json",
        "user-agent": "Twinwire webhooks",
        "x-pusher-key": this.key,
        "x-pusher-signature": this.signer.hex(body),
        // A repeat after an answer that got lost has the same ids, in the order of the events.
        "x-twinwire-event-ids": events.map(({ id }) => id).join(","),
      },
      body,
    };
  }
}
