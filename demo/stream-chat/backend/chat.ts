import type { VkLivePublisher } from "@twinwire/vk-live/backend";
import type { Action, Room } from "../actions.ts";
import { author } from "./people.ts";
import { partsOf, type Part } from "./parts.ts";
import { now, type Studio } from "./studio.ts";

interface Said {
  readonly id: number;
  readonly author: ReturnType<typeof author>;
  readonly parts: Part[];
  readonly created_at: number;
}

/** Messages that can still be answered. */
const mostSaid = 200;

/** What is said, and taken back. */
export class Chat {
  private readonly said = new Map<number, Said>();

  constructor(
    private readonly studio: Studio,
    private readonly live: VkLivePublisher,
  ) {}

  async say(
    { speaker, room, text, parent }: Extract<Action, { do: "message" }>,
    viewer: string,
  ): Promise<string> {
    const said: Said = {
      id: this.studio.nextId(),
      author: author(speaker),
      parts: partsOf(text),
      created_at: now(),
    };
    this.remember(said);
    const answered = parent === undefined ? undefined : this.said.get(parent);
    const channel = this.channelOf(room, viewer);
    await this.live.to(channel).channelChatMessageSend({
      chat_message: {
        ...said,
        is_private: room === "viewer",
        ...(answered === undefined ? {} : { parent: { ...answered, is_private: room === "viewer" } }),
      },
    });
    return `Published channel_chat_message_send to ${channel}.`;
  }

  async remove({ id, room }: Extract<Action, { do: "delete" }>, viewer: string): Promise<string> {
    const channel = this.channelOf(room, viewer);
    await this.live.to(channel).channelChatMessageDelete({ chat_message: { id } });
    return `Published channel_chat_message_delete to ${channel}.`;
  }

  private remember(said: Said): void {
    this.said.set(said.id, said);
    const [first] = this.said.keys();
    if (this.said.size > mostSaid && first !== undefined) this.said.delete(first);
  }

  private channelOf(room: Room, viewer: string): string {
    const names = this.studio.names();
    switch (room) {
      case "everyone":
        return names.chat;
      case "subscribers":
        return names.limitedChat;
      case "viewer":
        return names.privateChat(viewer);
    }
  }
}
