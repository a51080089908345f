import type { ChannelName, UserId } from "../../../core/ids.ts";
import { channelJson } from "../frames.ts";

/** What an application can be told (protocol notes, 4.1). */
export type WebhookEvent =
  | { readonly name: "channel_occupied" | "channel_vacated" | "cache_miss"; readonly channel: ChannelName }
  | {
      readonly name: "member_added" | "member_removed";
      readonly channel: ChannelName;
      readonly user: UserId;
    }
  | ClientEventTold
  | { readonly name: "subscription_count"; readonly channel: ChannelName; readonly count: number };

export interface ClientEventTold {
  readonly name: "client_event";
  readonly channel: ChannelName;
  readonly event: string;
  readonly data: string;
  /** Undefined for a client of the other wire: a made-up id would be refused by the SDKs where it is used. */
  readonly socketId: string | undefined;
  /** Of presence channels only. */
  readonly user: UserId | undefined;
}

/** Events that are told in one turn of the event loop: a mass of clients is not to hold up those that stay. */
export const toldPerTurn = 500;

export type WebhookEventName = WebhookEvent["name"];

/** An event as it stands in a webhook's `events`. */
export function eventJson(event: WebhookEvent): string {
  const head = `{"name":"${event.name}","channel":${channelJson(event.channel)}`;
  switch (event.name) {
    case "channel_occupied":
    case "channel_vacated":
    case "cache_miss":
      return `${head}}`;
    case "member_added":
    case "member_removed":
      return `${head},"user_id":${JSON.stringify(event.user)}}`;
    case "client_event":
      return `${head},${clientEventFields(event)}}`;
    case "subscription_count":
      return `${head},"subscription_count":${event.count}}`;
  }
}

function clientEventFields({ event, data, socketId, user }: ClientEventTold): string {
  const from = socketId === undefined ? "" : `,"socket_id":"${socketId}"`;
  const by = user === undefined ? "" : `,"user_id":${JSON.stringify(user)}`;
  return `"event":${JSON.stringify(event)},"data":${JSON.stringify(data)}${from}${by}`;
}
