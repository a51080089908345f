/** What Centrifugo's proxies send to the application and take from it, as JSON. Of Centrifugo PRO's fields there are none. */
interface ProxyRequest {
  /** Id of the connection, as presence shows it. */
  readonly client: string;
  readonly transport: string;
  readonly protocol: string;
  /** `binary`: data goes in base64 (`binary_encoding`). */
  readonly encoding: "json" | "binary";
  /** Of the connection, with `include_connection_meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

interface WithUser {
  /** Empty for nobody known. */
  readonly user: string;
}

interface WithData {
  readonly data?: unknown;
  readonly b64data?: string;
}

interface WithInfo {
  /** What others see of the client. */
  readonly info?: unknown;
  readonly b64info?: string;
}

interface WithEnd {
  /** Unix seconds; absent = never. */
  readonly expire_at?: number;
}

interface SubscriptionResult extends WithData, WithInfo, WithEnd {
  readonly override?: Readonly<
    Partial<
      Record<
        "presence" | "join_leave" | "force_push_join_leave" | "force_positioning" | "force_recovery",
        { readonly value: boolean }
      >
    >
  >;
}

interface RefreshResult extends WithInfo, WithEnd {
  readonly expired?: boolean;
}

/** What each proxy asks. */
export interface ProxyRequests {
  readonly connect: ProxyRequest &
    WithData & { readonly name?: string; readonly version?: string; readonly channels?: readonly string[] };
  readonly refresh: ProxyRequest & WithUser;
  readonly subscribe: ProxyRequest & WithUser & WithData & { readonly channel: string };
  readonly publish: ProxyRequest & WithUser & WithData & { readonly channel: string };
  readonly sub_refresh: ProxyRequest & WithUser & { readonly channel: string };
  readonly rpc: ProxyRequest & WithUser & WithData & { readonly method: string };
}

/** What each proxy takes as `result`. */
export interface ProxyResults {
  readonly connect: WithData &
    WithInfo &
    WithEnd & {
      readonly user?: string;
      readonly channels?: readonly string[];
      readonly subs?: Readonly<Record<string, SubscriptionResult & { readonly cache_recover?: boolean }>>;
      readonly meta?: Readonly<Record<string, unknown>>;
    };
  readonly refresh: RefreshResult & { readonly meta?: Readonly<Record<string, unknown>> };
  readonly subscribe: SubscriptionResult;
  readonly publish: WithData & {
    readonly skip_history?: boolean;
    readonly tags?: Readonly<Record<string, string>>;
    readonly idempotency_key?: string;
    readonly delta?: boolean;
    readonly version?: number;
    readonly version_epoch?: string;
  };
  readonly sub_refresh: RefreshResult;
  readonly rpc: WithData;
}

export type ProxyName = keyof ProxyRequests;

/** The answer to a proxy: a result, or a refusal in the application's own words. */
export type ProxyAnswer<Name extends ProxyName> =
  | { readonly result: ProxyResults[Name] | null }
  /** `code`: 400 to 1999. */
  | { readonly error: { readonly code: number; readonly message: string; readonly temporary?: boolean } }
  /** `code`: 4000 to 4999; from 4500 on the client does not come back. */
  | { readonly disconnect: { readonly code: number; readonly reason: string } };
