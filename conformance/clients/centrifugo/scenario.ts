import type { Ability, Row } from "./rows.ts";
import type { ClientTerms, Transport } from "./field-client.ts";
import type { Clients, Hearing } from "./hearing.ts";
import { token } from "../../../packages/server/test/e2e/tokens.ts";
import type { Site, World } from "./world.ts";

/** A token that does not expire, with something that others may see of the user. */
export function userToken(user: string): string {
  return token({ sub: user, info: { name: user.toUpperCase() } });
}

/** What a scenario works with: clients of one row, and names that are its own. */
export class Stage {
  constructor(
    readonly world: World,
    /** A way to the world's server that nobody else goes: it may be cut, and a browser opens six streams of a host at most. */
    readonly line: Site,
    private readonly clients: Clients,
    private readonly of: { readonly row: Row; readonly name: string },
  ) {}

  get transport(): Transport {
    return this.of.row.transport;
  }

  /** The client lacks it: see its row. */
  lacks(ability: Ability): boolean {
    return this.of.row.lacks[ability] !== undefined;
  }

  /** A user of that name whom no other scenario knows. */
  user(name: string): string {
    return `${name}-${this.of.name}`;
  }

  channel(name: string): string {
    return `${name}-${this.of.name}`;
  }

  private terms(): ClientTerms {
    return { host: this.line.host, maxServerPingDelay: 10_000, maxReconnectDelay: 200 };
  }

  /** A client that starts to connect. */
  start(name: string, more: Partial<ClientTerms> = {}): Hearing {
    return this.clients.start({ ...this.terms(), token: userToken(this.user(name)), ...more });
  }

  /** A client that has to ask its application for a token; without `tokenUrl`, one that has none. */
  startWithout(more: Partial<ClientTerms> = {}): Hearing {
    return this.clients.start({ ...this.terms(), ...more });
  }

  async connected(name: string, more: Partial<ClientTerms> = {}): Promise<Hearing> {
    const client = this.start(name, more);
    await client.connected();
    return client;
  }
}

/** What a user of a client sees, and what the test expects: the same for every client. */
export interface Scenario {
  readonly name: string;
  /** Clients that lack it are left out; the table says so. */
  readonly needs?: Ability;
  play(stage: Stage): Promise<void>;
}
