import type { NamespaceKind } from "./namespaces.ts";

/** The server under test, and what is known of it. */
export interface Target {
  /** `http://host:port`, with a path prefix if there is one. */
  readonly url: string;
  readonly apiKey: string;
  /** Of the tokens. */
  readonly secret: string;
  /** What the server calls the namespaces of `namespaces.ts`; those that it does not have are absent. */
  readonly namespaces: ReadonlyMap<NamespaceKind, string>;
  /** Whether its delays are those of `shortDelays`. */
  readonly shortDelays: boolean;
  /** Whether it has the transports beside the WebSocket. */
  readonly transports: boolean;
  /** Namespace of users' personal channels. */
  readonly personal: string | undefined;
  /** A namespace of RPC methods that has no proxy, where methods without one have a proxy at which nobody is. */
  readonly rpc: string | undefined;
  /** The only origin of browsers that it takes. */
  readonly origin: string | undefined;
  /** URL of a server with the options of `secondConfiguration`. */
  readonly second: string | undefined;
  /** What every token has to say. */
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  /** Connections that one user may have. */
  readonly userConnections: number | undefined;
  /** Milliseconds to wait for what has to come. */
  readonly patience: number;
}
