import type { CentrifugeClient } from "../clients.ts";

/** The users of all clients in a channel, as a Centrifugo client reads them, sorted. */
export async function usersIn(client: CentrifugeClient, channel: string): Promise<string[]> {
  const present = await client.presence(channel);
  if (typeof present === "number") throw new Error(`the presence of ${channel} was refused: ${present}`);
  return Object.values(present)
    .map(({ user }) => user)
    .sort();
}
