import { centrifugoTarget, createPublisher, type CentrifugoApi } from "@twinwire/events";

import { liveEvents, type LiveEventInput, type LiveEventType } from "../catalogue/live-events.ts";

type Capitalized<Text extends string> = Text extends `${infer Word}_${infer Rest}`
  ? `${Capitalize<Word>}${Capitalized<Rest>}`
  : Capitalize<Text>;

/** `channel_chat_message_send` → `channelChatMessageSend` */
export type LiveMethodName<T extends string> = Uncapitalize<Capitalized<T>>;

/**
 * One method per event. Each resolves once the server has taken it. Rejects with `InvalidEventError`, before anything
 * is sent, where the payload is wrong, and with `PublishError` where the server does not take it.
 */
export type LiveChannelPublisher = {
  readonly [T in LiveEventType as LiveMethodName<T>]: (data: LiveEventInput<T>) => Promise<void>;
};

export interface VkLivePublisher {
  /** `channels` as the socket calls them: `api-channel-chat:7`. */
  to(channels: string | readonly string[]): LiveChannelPublisher;
}

function methodName<T extends string>(type: T): LiveMethodName<T> {
  return type.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()) as LiveMethodName<T>;
}

/** Publishes the events of the catalogue, each checked before it is sent. */
export function vkLivePublisher(api: CentrifugoApi): VkLivePublisher {
  const publisher = createPublisher(liveEvents, centrifugoTarget(api));
  const types = Object.keys(liveEvents.schemas) as LiveEventType[];
  return {
    to: (channels) => {
      const methods = types.map((type) => [
        methodName(type),
        (data: LiveEventInput) => publisher.publish(channels, type, data),
      ]);
      // One method per type, as the mapped type says; the compiler does not follow `fromEntries`.
      return Object.fromEntries(methods) as LiveChannelPublisher;
    },
  };
}
