// pusher-js keeps every instance in a static list and bound to the network's state, for the life of the process.
// Here an instance can be let go.
import Pusher from "pusher-js";
import type { ChannelAuthorizationHandler } from "pusher-js";
import type { PusherOptions } from "./pusher-options.ts";
import type { SocketAddress } from "./socket-address.ts";

/** The mobile apps find a dead connection within 45 s too; pusher-js would take 150. */
const defaults = {
  activityTimeout: 30_000,
  pongTimeout: 15_000,
  unavailableTimeout: 15_000,
  enabledTransports: ["ws"],
} satisfies PusherOptions;

export interface PusherTarget {
  readonly address: SocketAddress;
  readonly appKey: string;
  readonly options?: PusherOptions | undefined;
  readonly authorize: ChannelAuthorizationHandler;
}

export interface PusherInstance {
  readonly pusher: Pusher;
  /** Disconnects it for good and takes it out of the lists of pusher-js, after what it still has to send. */
  dispose(): void;
}

const watched = ["online", "offline"];

type Listener = Parameters<Pusher["bind"]>[1];

function networkListeners(name: string): readonly Listener[] {
  const { callbacks } = Pusher.Runtime.getNetwork();
  const bound = callbacks.get(name) as ReturnType<typeof callbacks.get> | undefined;
  return (bound ?? []).map(({ fn }) => fn);
}

/** A pusher-js instance that has begun to connect. */
export function connectPusher({ address, appKey, options, authorize }: PusherTarget): PusherInstance {
  const before = new Map(watched.map((name) => [name, new Set(networkListeners(name))]));
  const pusher = new Pusher(appKey, {
    ...defaults,
    ...options,
    ...address,
    cluster: "",
    enableStats: false,
    channelAuthorization: { customHandler: authorize },
  });
  const bound = watched.flatMap((name) =>
    networkListeners(name)
      .filter((fn) => before.get(name)?.has(fn) !== true)
      .map((fn) => ({ name, fn })),
  );
  const release = () => {
    pusher.disconnect();
    pusher.connection.unbind_all();
    for (const { name, fn } of bound) Pusher.Runtime.getNetwork().unbind(name, fn);
    const index = Pusher.instances.indexOf(pusher);
    if (index >= 0) Pusher.instances.splice(index, 1);
  };
  return {
    pusher,
    dispose() {
      // Closed with 4200 to 4299, pusher-js sets two timers and forgets one, which would connect again.
      pusher.connection.connect = () => undefined;
      // It sends a timer's turn late: into a closed socket, of which browsers complain.
      if (pusher.connection.state === "connected") setTimeout(release);
      // It goes on connecting when it is disconnected within a call of its own; after that, it does not.
      else queueMicrotask(release);
    },
  };
}
