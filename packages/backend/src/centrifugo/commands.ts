import type { SubscribeTerms } from "../jwt/subscribe-terms.ts";
import { wireTerms } from "../jwt/subscribe-terms.ts";
import { jsonText } from "../calls/json.ts";

/** A place in the history of a channel. */
export interface StreamPosition {
  readonly offset: number;
  readonly epoch: string;
}

export interface PublishOptions {
  readonly tags?: Readonly<Record<string, string>>;
  /** Who is subscribed gets it, and it is not kept. */
  readonly skipHistory?: boolean;
  /**
   * A publication with a key that the channel has had in the last five minutes is not sent again.
   * @default one of its own for each call, where calls are repeated
   */
  readonly idempotencyKey?: string;
  /** Sent as the difference from the publication before, to those who can. */
  readonly delta?: boolean;
  /**
   * Where the data stands in the order of your own. In a channel with history, what is not newer than the newest so far
   * is not published.
   */
  readonly version?: number;
  /** Versions of another epoch are not compared. @default whatever the channel has */
  readonly versionEpoch?: string;
}

/** Which of a user's connections; without any, all of them. */
export interface ConnectionChoice {
  /** Id of a connection. */
  readonly client?: string;
  readonly session?: string;
}

export interface HistoryOptions {
  /**
   * Publications at most; negative: all.
   * @default 0: only where the history stands
   */
  readonly limit?: number;
  /** What came after it. */
  readonly since?: StreamPosition;
  /** The newest first. */
  readonly reverse?: boolean;
}

export interface SubscribeOptions extends ConnectionChoice, SubscribeTerms {
  /** Unix seconds at which the subscription ends. */
  readonly expireAt?: number;
  /** What came after it is sent first. */
  readonly recoverSince?: StreamPosition;
}

export interface DisconnectOptions extends ConnectionChoice {
  /** Connections that stay. */
  readonly whitelist?: readonly string[];
  /**
   * 3000 to 4999; from 3500 to 3999 and from 4500 the client does not come back.
   * @default 3503
   */
  readonly code?: number;
  readonly reason?: string;
}

export interface RefreshOptions extends ConnectionChoice {
  /** Unix seconds at which the connections end. @default never */
  readonly expireAt?: number;
  /** They end now. */
  readonly expired?: boolean;
  /** What others see of the user from now on. */
  readonly info?: unknown;
}

/** One call of the server API (protocol notes, 6.2). */
export type ApiCommand =
  | ({ readonly method: "publish"; readonly channel: string; readonly data: unknown } & PublishOptions)
  | ({
      readonly method: "broadcast";
      readonly channels: readonly string[];
      readonly data: unknown;
    } & PublishOptions)
  | { readonly method: "presence"; readonly channel: string }
  | { readonly method: "presenceStats"; readonly channel: string }
  | ({ readonly method: "history"; readonly channel: string } & HistoryOptions)
  | { readonly method: "historyRemove"; readonly channel: string }
  | { readonly method: "channels"; readonly pattern?: string }
  | { readonly method: "info" }
  | ({ readonly method: "subscribe"; readonly channel: string; readonly user: string } & SubscribeOptions)
  | ({ readonly method: "unsubscribe"; readonly channel: string; readonly user: string } & ConnectionChoice)
  | ({ readonly method: "disconnect"; readonly user: string } & DisconnectOptions)
  | ({ readonly method: "refresh"; readonly user: string } & RefreshOptions);

export type ApiMethod = ApiCommand["method"];

export const wireNames = {
  publish: "publish",
  broadcast: "broadcast",
  presence: "presence",
  presenceStats: "presence_stats",
  history: "history",
  historyRemove: "history_remove",
  channels: "channels",
  info: "info",
  subscribe: "subscribe",
  unsubscribe: "unsubscribe",
  disconnect: "disconnect",
  refresh: "refresh",
} as const satisfies Record<ApiMethod, string>;

/**
 * The parameters as they are sent. Throws a TypeError where data has no JSON form.
 *
 * @param ownKey for publications that have no idempotency key of the caller's
 */
export function wireParams(command: ApiCommand, ownKey: () => string | undefined): object {
  switch (command.method) {
    case "publish":
      return { channel: command.channel, ...publication(command, ownKey) };
    case "broadcast":
      return { channels: command.channels, ...publication(command, ownKey) };
    case "presence":
    case "presenceStats":
    case "historyRemove":
      return { channel: command.channel };
    case "history": {
      const { channel, limit, since, reverse } = command;
      return { channel, limit, since, reverse };
    }
    case "channels":
      return { pattern: command.pattern };
    case "info":
      return {};
    case "subscribe": {
      const { channel, user, expireAt, recoverSince } = command;
      const terms = wireTerms(command);
      return {
        channel,
        user,
        ...choice(command),
        expire_at: expireAt,
        ...terms,
        recover_since: recoverSince,
      };
    }
    case "unsubscribe":
      return { channel: command.channel, user: command.user, ...choice(command) };
    case "disconnect": {
      const { user, whitelist, code, reason } = command;
      const words = code === undefined && reason === undefined ? undefined : { code, reason };
      return { user, ...choice(command), whitelist, disconnect: words };
    }
    case "refresh": {
      const { user, expireAt, expired, info } = command;
      return { user, ...choice(command), expire_at: expireAt, expired, info };
    }
  }
}

function publication(
  given: { readonly data: unknown } & PublishOptions,
  ownKey: () => string | undefined,
): object {
  const { data, tags, skipHistory, idempotencyKey, delta, version, versionEpoch } = given;
  // Left out, it would be refused with nothing more than "bad request".
  jsonText(data);
  return {
    data,
    tags,
    skip_history: skipHistory,
    idempotency_key: idempotencyKey ?? ownKey(),
    delta,
    version,
    version_epoch: versionEpoch,
  };
}

function choice({ client, session }: ConnectionChoice): object {
  return { client, session };
}
