import { expectTypeOf, test } from "bun:test";
import type { KnownLiveEvent, LiveChannel, LiveEventData } from "@twinwire/vk-live";
import type { LiveChannelPublisher } from "@twinwire/vk-live/backend";

test("handlers and methods are typed by the event", () => {
  const written = (channel: LiveChannel, publisher: LiveChannelPublisher): void => {
    channel.on("channel_chat_message_send", (data, event) => {
      expectTypeOf(data.chat_message.id).toEqualTypeOf<number>();
      expectTypeOf(data.chat_message.author.is_owner).toEqualTypeOf<boolean>();
      expectTypeOf(event.type).toEqualTypeOf<"channel_chat_message_send">();
    });
    channel.on("any", (event) => {
      if (event.type === "unknown") expectTypeOf(event.name).toEqualTypeOf<string | undefined>();
      else if (event.type === "raid_start")
        expectTypeOf(event.data).toEqualTypeOf<LiveEventData<"raid_start">>();
      else expectTypeOf(event).toExtend<KnownLiveEvent>();
    });
    // @ts-expect-error: no such event
    channel.on("channel_poll_create", () => undefined);
    // @ts-expect-error: a message has an id
    void publisher.channelChatMessageDelete({ chat_message: {} });
    void publisher.channelSubscriptionGiftBuy({ anything: true });
  };
  expectTypeOf(written).toBeFunction();
});
