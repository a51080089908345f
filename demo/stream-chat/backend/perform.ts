import type { CentrifugoPublisher } from "@twinwire/backend";
import { vkLivePublisher } from "@twinwire/vk-live/backend";
import type { Action } from "../actions.ts";
import { Chat } from "./chat.ts";
import { Happenings } from "./happenings.ts";
import type { Studio } from "./studio.ts";

/** A close code after which clients come back. */
const comeBack = 3_000;

/** Does what the control panel asks for: changes the studio, and publishes it with the typed publisher. */
export class Performer {
  private readonly chat: Chat;
  private readonly happenings: Happenings;

  constructor(
    private readonly studio: Studio,
    private readonly publisher: CentrifugoPublisher,
  ) {
    const live = vkLivePublisher(publisher);
    this.chat = new Chat(studio, live);
    this.happenings = new Happenings(studio, live);
  }

  /** What came of it, in a sentence. Rejects with a `Refused`, and where the server could not be published to. */
  async perform(action: Action, viewer: string): Promise<string> {
    switch (action.do) {
      case "message":
        return this.chat.say(action, viewer);
      case "delete":
        return this.chat.remove(action, viewer);
      case "follow":
        return this.happenings.follow(action.speaker);
      case "unfollow":
        return this.happenings.unfollow(action.speaker);
      case "raid":
        return this.happenings.raid();
      case "subscription":
        return this.happenings.subscription(action.kind);
      case "demand":
        return this.happenings.redeem(action.speaker);
      case "decide":
        return this.happenings.decide(action.status);
      case "stream":
        return this.happenings.stream(action.step);
      case "title":
        return this.happenings.title(action.title);
      case "access":
        return this.access(action.given, viewer);
      case "token-life":
        this.studio.setViewer(viewer, { tokenLife: action.seconds });
        return `Your tokens live ${action.seconds} s from now on; the client has connected anew.`;
      case "rename":
        return this.rename();
      case "cut":
        await this.publisher.disconnect(viewer, { code: comeBack, reason: "cut by the control panel" });
        return "The server has cut your connection.";
      case "unknown-event":
        return this.bare("channel_confetti_throw", { confetti: { colours: 16 } });
      case "wrong-payload":
        return this.bare("channel_follow_create", { follow: { follower: { id: 104, nick: 7 } } });
    }
  }

  private async access(given: boolean, viewer: string): Promise<string> {
    this.studio.setViewer(viewer, { access: given });
    if (given) return "You may read the subscribers' chat.";
    // At once, not only when the token runs out.
    await this.publisher.unsubscribe(this.studio.names().limitedChat, viewer);
    return "You may no longer read the subscribers' chat.";
  }

  /** Everybody is sent out of the old channels, and finds the new ones by the slug. */
  private async rename(): Promise<string> {
    const { chat, limitedChat, info, points } = this.studio.names();
    this.studio.rename();
    for (const channel of [chat, limitedChat, info, points]) {
      const { presence } = await this.publisher.presence(channel);
      const users = new Set(Object.values(presence).map(({ user }) => user));
      for (const user of users) await this.publisher.unsubscribe(channel, user);
    }
    return `The chat is ${this.studio.names().chat} now; everybody was sent out of the old channels.`;
  }

  /** What the typed publisher would refuse. */
  private async bare(type: string, data: unknown): Promise<string> {
    const { info } = this.studio.names();
    await this.publisher.publish(info, { type, data });
    return `Published ${type} to ${info}, past the typed publisher.`;
  }
}
