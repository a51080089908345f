import type { ClientInfo, MembershipChange } from "../../../core/publication.ts";
import { Violation } from "./view.ts";

/** What all have been told of who came and left, in one channel. */
export class Ledger {
  private readonly users = new Map<string, number>();
  private readonly clients = new Map<string, number>();

  enter({ change, info, edge }: MembershipChange): void {
    const by = change === "join" ? 1 : -1;
    add(this.clients, info.client, by);
    if (edge) add(this.users, info.user, by);
  }

  /** What was told has to add up to who is there. `users`: whether it is known who was the first of a user. */
  mustMatch(channel: string, inside: readonly ClientInfo[], { users }: { users: boolean }): void {
    const clientsThere = new Set<string>(inside.map(({ client }) => client));
    match(this.clients, clientsThere, channel);
    const usersThere = new Set<string>(inside.map(({ user }) => user).filter((user) => user !== ""));
    if (users) match(this.users, usersThere, channel);
  }
}

function add(balances: Map<string, number>, name: string, by: number): void {
  balances.set(name, (balances.get(name) ?? 0) + by);
}

function match(balances: ReadonlyMap<string, number>, there: ReadonlySet<string>, channel: string): void {
  for (const name of new Set([...there, ...balances.keys()])) {
    const told = balances.get(name) ?? 0;
    const is = there.has(name) ? 1 : 0;
    if (told !== is)
      throw new Violation(`as told, ${name} is ${told} times in ${channel}, and in truth ${is} times`);
  }
}
