import type PusherClass from "pusher-js";
import type { Channel } from "pusher-js";
import type { Command, Line, Terms } from "../field-client.ts";

type Say = (line: Line) => void;
export type Driver = (command: Command) => void;

/** The options by which any page leads pusher-js to a server of its own. */
export function pusherOptions(terms: Terms) {
  const headers = { Authorization: `Bearer ${terms.bearer}` };
  return {
    cluster: "",
    wsHost: terms.host,
    wsPort: terms.port,
    forceTLS: false,
    enabledTransports: ["ws" as const],
    activityTimeout: terms.activityTimeout,
    pongTimeout: terms.pongTimeout,
    channelAuthorization: { endpoint: terms.authUrl, transport: "ajax" as const, headers },
    userAuthentication: { endpoint: terms.userAuthUrl, transport: "ajax" as const, headers },
  };
}

interface ServerError {
  readonly data?: { readonly code?: number; readonly message?: string };
}

interface ConnectionError extends ServerError {
  readonly error?: ServerError;
}

/** What a connection says, whoever made it: Echo hands over its own. */
export function sayConnection(pusher: PusherClass, say: Say): void {
  pusher.connection.bind("state_change", ({ current }: { current: string }) => {
    say({ kind: "state", state: current });
  });
  pusher.connection.bind("error", ({ data, error }: ConnectionError) => {
    // While it is open, the server's error is the event; where it closes, it is wrapped in another.
    const told = data ?? error?.data;
    say({ kind: "error", code: told?.code ?? null, message: told?.message ?? "" });
  });
}

export function sayUser(pusher: PusherClass, events: readonly string[], say: Say): void {
  for (const event of events)
    pusher.user.bind(event, (data: unknown) => {
      say({ kind: "user-event", event, data });
    });
  for (const name of ["online", "offline"] as const)
    pusher.user.watchlist.bind(name, ({ user_ids: ids }: { user_ids: string[] }) => {
      say({ kind: "watched", name, ids });
    });
}

interface Members {
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Listens for events as pages do: `say` is told what each handler is given. */
function listen(channel: Channel, events: readonly string[], say: Say): void {
  const { name } = channel;
  channel.bind("pusher:subscription_succeeded", ({ members }: Members) => {
    say({
      kind: "subscribed",
      channel: name,
      ...(members === undefined ? {} : { members: { ...members } }),
    });
  });
  channel.bind("pusher:subscription_error", (error: unknown) => {
    say({ kind: "refused", channel: name, error });
  });
  channel.bind("pusher:member_added", ({ id, info }: { id: string; info: unknown }) => {
    say({ kind: "joined", channel: name, id, info });
  });
  channel.bind("pusher:member_removed", ({ id }: { id: string }) => {
    say({ kind: "left", channel: name, id });
  });
  channel.bind("pusher:subscription_count", ({ subscription_count }: { subscription_count: number }) => {
    say({ kind: "count", channel: name, count: subscription_count });
  });
  for (const event of [...events, "pusher:cache_miss"])
    channel.bind(event, (data: unknown, metadata?: { user_id?: string }) => {
      say({ kind: "event", channel: name, event, data, user: metadata?.user_id ?? null });
    });
}

/** pusher-js as its documentation has it. */
export function drivePusher(Pusher: typeof PusherClass, terms: Terms, say: Say): Driver {
  const pusher = new Pusher(terms.key, pusherOptions(terms));
  sayConnection(pusher, say);
  return (command) => {
    switch (command.do) {
      case "subscribe": {
        listen(pusher.subscribe(command.channel), command.events, say);
        break;
      }
      case "unsubscribe": {
        pusher.unsubscribe(command.channel);
        break;
      }
      case "trigger": {
        pusher.channel(command.channel).trigger(command.event, command.data);
        break;
      }
      case "signin": {
        sayUser(pusher, command.events, say);
        pusher.signin();
      }
    }
  };
}
