import type { VmsTokenPublisher, VmsUserPublisher } from "@twinwire/vms/backend";
import type { Inventory } from "../inventory.ts";
import type { Caller, Sessions } from "../sessions.ts";

/** What an action works on. */
export interface Scene {
  readonly caller: Caller;
  readonly inventory: Inventory;
  readonly sessions: Sessions;
  readonly user: VmsUserPublisher;
  readonly toToken: (session: string) => VmsTokenPublisher;
  /** Where the caller reaches this server, as `http://localhost:8000`. */
  readonly origin: string;
  readonly now: () => number;
}

/** What it is about: `id` is NaN where no number was given. */
export interface Asked {
  readonly id: number;
  readonly about: string;
  readonly text: string;
}

/** Changes what the back end keeps, and publishes it. Resolves with why not, where it was not done. */
export type Act = (scene: Scene, asked: Asked) => Promise<string | undefined>;
