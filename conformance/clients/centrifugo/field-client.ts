// What a client of the field is told to do, and what it says of it: the same lines in every language.

export type Transport = "websocket" | "http_stream" | "sse";

/** How a client is made. */
export interface ClientTerms {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** One after the other; where absent, the one that its row is for. */
  readonly transports?: readonly Transport[];
  readonly token?: string;
  /** Where its application hands out connection tokens: it asks there when it has none, or an old one. */
  readonly tokenUrl?: string;
  /** Of the connect command. */
  readonly data?: unknown;
  /** How much later than the server said a ping may come. Milliseconds. */
  readonly maxServerPingDelay: number;
  /** Most that it waits between two attempts. Milliseconds. */
  readonly maxReconnectDelay: number;
}

/** How a subscription is made. */
export interface SubscriptionTerms {
  readonly data?: unknown;
  readonly token?: string;
  /** Where its application hands out subscription tokens. */
  readonly tokenUrl?: string;
  readonly recoverable?: boolean;
  readonly positioned?: boolean;
  readonly joinLeave?: boolean;
  readonly delta?: boolean;
  /** Only publications whose tag has that value. */
  readonly tag?: { readonly key: string; readonly value: string };
}

/** Calls that are answered, by the methods that the clients have for them. */
export type Call =
  | { readonly method: "publish"; readonly channel: string; readonly data: unknown }
  | {
      readonly method: "history";
      readonly channel: string;
      readonly limit: number;
      readonly since?: { readonly offset: number; readonly epoch: string };
      readonly reverse?: boolean;
    }
  | { readonly method: "presence" | "presence_stats"; readonly channel: string }
  | { readonly method: "rpc"; readonly name: string; readonly data: unknown }
  | { readonly method: "send"; readonly data: unknown };

export type Command =
  | { readonly do: "start"; readonly terms: ClientTerms }
  | { readonly do: "disconnect" }
  | { readonly do: "subscribe"; readonly channel: string; readonly terms: SubscriptionTerms }
  | { readonly do: "unsubscribe"; readonly channel: string }
  | { readonly do: "call"; readonly id: number; readonly call: Call };

export interface Position {
  readonly offset: number;
  readonly epoch: string;
}

export interface PublicationLine {
  readonly data: unknown;
  readonly offset: number;
  readonly tags: Readonly<Record<string, string>>;
  /** User of the client that published it; null where no client did. */
  readonly by: string | null;
}

export interface ClientInfoLine {
  readonly user: string;
  readonly connInfo: unknown;
  readonly chanInfo: unknown;
}

/** What the methods of `Call` are answered with. */
export interface Answers {
  readonly publish: Record<string, never>;
  readonly history: Position & { readonly publications: readonly PublicationLine[] };
  /** By the clients' ids. */
  readonly presence: Readonly<Record<string, ClientInfoLine>>;
  readonly presence_stats: { readonly clients: number; readonly users: number };
  readonly rpc: { readonly data: unknown };
  readonly send: Record<string, never>;
}

/** What the client's user hears. `null` where the client says nothing. */
export type Line =
  | {
      readonly kind: "state";
      readonly state: "connecting" | "disconnected";
      readonly code: number;
      readonly reason: string;
    }
  | {
      readonly kind: "state";
      readonly state: "connected";
      readonly id: string;
      readonly transport: Transport;
      readonly data: unknown;
    }
  | { readonly kind: "error"; readonly code: number | null; readonly message: string }
  | {
      readonly kind: "subscription";
      readonly state: "subscribing" | "unsubscribed";
      readonly channel: string;
      readonly server: boolean;
      /** Absent of server-side subscriptions. */
      readonly code?: number;
    }
  | {
      readonly kind: "subscription";
      readonly state: "subscribed";
      readonly channel: string;
      /** The server subscribed it, without its asking. */
      readonly server: boolean;
      readonly wasRecovering: boolean;
      readonly recovered: boolean;
      readonly recoverable: boolean;
      readonly positioned: boolean;
      readonly position: Position | null;
      readonly data: unknown;
    }
  | {
      readonly kind: "subscription-error";
      readonly channel: string;
      readonly code: number | null;
      readonly message: string;
    }
  | ({ readonly kind: "publication"; readonly channel: string; readonly server: boolean } & PublicationLine)
  | ({ readonly kind: "join"; readonly channel: string } & ClientInfoLine)
  | ({ readonly kind: "leave"; readonly channel: string } & ClientInfoLine)
  | { readonly kind: "answer"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly code: number | null; readonly message: string };

/** One program has many clients, each with a name. */
export type Told = Command & { readonly client: string };
export type Said = Line & { readonly client: string };
