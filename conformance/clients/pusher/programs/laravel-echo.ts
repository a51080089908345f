import Echo from "laravel-echo";
import type PusherClass from "pusher-js";
import type { Command, Line, Terms } from "../field-client.ts";
import { pusherOptions, sayConnection, sayUser, type Driver } from "./pusher-js.ts";

type Say = (line: Line) => void;
type EchoChannel = ReturnType<Echo<"pusher">["channel"]>;
type EchoPresence = ReturnType<Echo<"pusher">["join"]>;

interface Member {
  readonly id: string;
}

/** The channel by Echo's own name for it, which has no prefix. */
function channelOf(echo: Echo<"pusher">, channel: string) {
  const [, prefix = "", name = channel] =
    /^(private-encrypted-|private-|presence-)?(.+)$/.exec(channel) ?? [];
  if (prefix === "private-encrypted-") return echo.encryptedPrivate(name);
  if (prefix === "private-") return echo.private(name);
  if (prefix === "presence-") return echo.join(name);
  return echo.channel(name);
}

function listen(
  channel: EchoChannel,
  { channel: name, events }: Command & { do: "subscribe" },
  say: Say,
): void {
  if (name.startsWith("presence-")) {
    const presence = channel as EchoPresence;
    // Echo hands over infos alone: ids are in them, as an application has to put them there.
    presence.here((members: readonly Member[]) => {
      const byId = Object.fromEntries(members.map((member) => [member.id, member]));
      say({ kind: "subscribed", channel: name, members: byId });
    });
    presence.joining((info: Member) => {
      say({ kind: "joined", channel: name, id: info.id, info });
    });
    presence.leaving(({ id }: Member) => {
      say({ kind: "left", channel: name, id });
    });
  } else
    channel.subscribed(() => {
      say({ kind: "subscribed", channel: name });
    });
  channel.error((error: unknown) => {
    say({ kind: "refused", channel: name, error });
  });
  channel.on("pusher:subscription_count", ({ subscription_count: count }: { subscription_count: number }) => {
    say({ kind: "count", channel: name, count });
  });
  // A dot before it: the name as it is, without a namespace.
  for (const event of [...events, "pusher:cache_miss"])
    channel.listen(`.${event}`, (data: unknown, metadata?: { user_id?: string }) => {
      say({ kind: "event", channel: name, event, data, user: metadata?.user_id ?? null });
    });
}

/** Laravel Echo over pusher-js. */
export function driveEcho(Pusher: typeof PusherClass, terms: Terms, say: Say): Driver {
  const echo = new Echo({ broadcaster: "pusher", key: terms.key, Pusher, ...pusherOptions(terms) });
  sayConnection(echo.connector.pusher, say);
  return (command) => {
    switch (command.do) {
      case "subscribe": {
        listen(channelOf(echo, command.channel), command, say);
        break;
      }
      case "unsubscribe": {
        echo.leaveChannel(command.channel);
        break;
      }
      case "trigger": {
        const channel = channelOf(echo, command.channel) as ReturnType<Echo<"pusher">["private"]>;
        channel.whisper(command.event.replace(/^client-/, ""), command.data as Record<string, unknown>);
        break;
      }
      case "signin": {
        sayUser(echo.connector.pusher, command.events, say);
        echo.connector.signin();
      }
    }
  };
}
