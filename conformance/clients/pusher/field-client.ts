// What a client of the field is told to do, and what it says of it: the same lines in every language.
import type { Events } from "../../../packages/server/test/events.ts";
import type { Ended } from "../../../packages/server/test/programs/line-program.ts";

/** What a client is started with. */
export interface Terms {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  /** Of the application: it signs for whoever has the bearer. */
  readonly authUrl: string;
  readonly userAuthUrl: string;
  readonly bearer: string;
  /** Whose client it is: what its application says of the bearer. pysher signs by itself and needs to know. */
  readonly user: string;
  /** Of the app: for pysher alone, which cannot pass on `channel_data` that its application made. */
  readonly secret: string;
  /** Silence after which it asks whether the server is there, and for how long it waits for the answer. Milliseconds. */
  readonly activityTimeout: number;
  readonly pongTimeout: number;
}

export type Command =
  | { readonly do: "subscribe"; readonly channel: string; readonly events: readonly string[] }
  | { readonly do: "unsubscribe"; readonly channel: string }
  | { readonly do: "trigger"; readonly channel: string; readonly event: string; readonly data: unknown }
  | { readonly do: "signin"; readonly events: readonly string[] };

/** What the client's user hears, in the client's own words where they differ. */
export type Line =
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "error"; readonly code: number | null; readonly message: string }
  | {
      readonly kind: "subscribed";
      readonly channel: string;
      /** Infos by user's id; absent but on presence channels. */
      readonly members?: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "joined"; readonly channel: string; readonly id: string; readonly info: unknown }
  | { readonly kind: "left"; readonly channel: string; readonly id: string }
  | {
      readonly kind: "event";
      readonly channel: string;
      readonly event: string;
      /** A value, or text where the client hands over text. */
      readonly data: unknown;
      readonly user: string | null;
    }
  | { readonly kind: "count"; readonly channel: string; readonly count: number }
  /** A channel was refused; `error` is in the shape that the client shows. */
  | { readonly kind: "refused"; readonly channel: string; readonly error: unknown }
  | { readonly kind: "user-event"; readonly event: string; readonly data: unknown }
  | { readonly kind: "watched"; readonly name: "online" | "offline"; readonly ids: readonly string[] };

export interface FieldClient extends AsyncDisposable {
  readonly lines: Events<Line | Ended>;
  tell(command: Command): void;
}
