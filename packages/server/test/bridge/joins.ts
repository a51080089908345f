import { isClosed, type Client, type ClientOptions, type JoinTerms, type Wire } from "../clients.ts";
import { signature } from "../e2e/raw-pusher.ts";
import { denied, wires } from "./case.ts";
import type { World } from "./world.ts";

export interface Attempt extends JoinTerms {
  /** Whose client tries; a Pusher one has signed in then. */
  readonly user?: string;
}

/** Whether a fresh client may join: `denied` is want of a right, a number anything else. */
export async function joinVerdict(
  world: World,
  wire: Wire,
  channel: string,
  attempt: Attempt = {},
): Promise<"done" | "denied" | number> {
  const client = await newClient(world, wire, attempt);
  const verdict = await client.join(channel, attempt);
  return verdict === denied[wire] ? "denied" : verdict;
}

async function newClient(world: World, wire: Wire, { user }: Attempt): Promise<Client> {
  if (user === undefined) return world.client(wire, { user: "joiner" });
  // A client without a user is anonymous on both wires.
  if (user === "") return world.client(wire, { user: "" });
  return wire === "pusher" ? world.signedIn(user) : world.client(wire, { user });
}

/** Whether the Pusher wire refuses the name even with a right signature. */
export async function cannotReach(world: World, channel: string): Promise<boolean> {
  const client = await world.rawPusher();
  // The official package would not sign such a name.
  const auth = signature(client.socketId, channel);
  const answer = await client.ask(channel, isClosed(channel) ? { auth } : {});
  return !answer.includes("subscription_succeeded") && answer !== "";
}

/** A listener of each wire on the channel. */
export async function reaches(world: World, channel: string, options: ClientOptions = {}): Promise<Client[]> {
  const ears: Client[] = [];
  for (const wire of wires) ears.push(await world.listener(wire, channel, options));
  return ears;
}
