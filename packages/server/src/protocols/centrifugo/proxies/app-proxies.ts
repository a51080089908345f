import type { Proxy } from "./proxy.ts";

/** Which proxy is asked for what, of one app. Maps are by namespace, the empty name for `without_namespace`. */
export interface AppProxies {
  readonly connect: Proxy | undefined;
  readonly refresh: Proxy | undefined;
  readonly subscribe: ReadonlyMap<string, Proxy>;
  readonly subRefresh: ReadonlyMap<string, Proxy>;
  readonly rpc: RpcRoutes;
  /** What some proxy of the app wants to be told of connections. */
  readonly wants: Wants;
}

export interface Wants {
  /** Names of headers, in lower case. */
  readonly http: readonly string[];
  readonly emulated: readonly string[];
  readonly meta: boolean;
}

/** Who answers methods (`rpc`). */
export interface RpcRoutes {
  /** Between a namespace and the rest of a method's name; empty = methods have no namespaces. */
  readonly boundary: string;
  /** By namespace, the empty name for `without_namespace`; undefined where it has no proxy. */
  readonly namespaces: ReadonlyMap<string, Proxy | undefined>;
  /** A method that the server answers itself, with nothing; undefined = none. */
  readonly ping: string | undefined;
}

export const noProxies: AppProxies = {
  connect: undefined,
  refresh: undefined,
  subscribe: new Map(),
  subRefresh: new Map(),
  rpc: { boundary: ":", namespaces: new Map(), ping: undefined },
  wants: { http: [], emulated: [], meta: false },
};
