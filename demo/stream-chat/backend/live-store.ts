import type { LiveIdentity, LiveStore } from "@twinwire/vk-live/backend";
import { slug } from "../addresses.ts";
import type { Studio } from "./studio.ts";

/** The user behind a viewer's access token; undefined where it is none. */
export function viewerOf(token: string): string | undefined {
  return /^viewer-(\d{4})$/.exec(token)?.[1];
}

/** What the DevAPI of the demo asks its application: every tab is a user of its own. */
export function liveStore(studio: Studio): LiveStore {
  return {
    authenticate: (bearer): LiveIdentity | undefined => {
      const id = viewerOf(bearer);
      return id === undefined ? undefined : { kind: "user", id };
    },
    channel: (asked, { id }) => {
      if (asked !== slug) return undefined;
      const { owner } = studio;
      const names = studio.names();
      return {
        channel: {
          id: studio.id,
          nick: owner.nick,
          url: slug,
          nick_color: owner.nickColor,
          counters: { subscribers: studio.followers },
          web_socket_channels: {
            chat: names.chat,
            private_chat: names.privateChat(id),
            limited_chat: names.limitedChat,
            info: names.info,
            channel_points: names.points,
          },
        },
        owner: { id: owner.id, nick: owner.nick, nick_color: owner.nickColor },
        stream: studio.stream(),
      };
    },
    mayRead: (user, name) => name === studio.names().limitedChat && studio.viewer(user).access,
  };
}
