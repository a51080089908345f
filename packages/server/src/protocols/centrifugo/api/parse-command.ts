import type { GrantOverride, Whom } from "../../../core/broker.ts";
import { userId } from "../../../core/ids.ts";
import type { StreamPosition } from "../../../core/publication.ts";
import type { Command } from "./command.ts";
import { parsePayload, parseMessage } from "./message.ts";
import type { Params } from "./params.ts";

export type MethodName = Command["kind"];

const parsers = {
  publish: (params) => ({
    kind: "publish",
    channel: params.string("channel"),
    message: parseMessage(params),
  }),
  broadcast: (params) => ({
    kind: "broadcast",
    channels: params.strings("channels"),
    message: parseMessage(params),
  }),
  subscribe: (params) => ({
    kind: "subscribe",
    channel: params.string("channel"),
    target: target(params),
    info: parsePayload(params, "info"),
    data: parsePayload(params, "data"),
    expireAt: params.integer("expire_at"),
    override: parseOverride(params.object("override")),
    since: position(params.object("recover_since")),
  }),
  unsubscribe: (params) => ({
    kind: "unsubscribe",
    channel: params.string("channel"),
    target: target(params),
  }),
  disconnect: (params) => ({
    kind: "disconnect",
    target: target(params),
    // gocent writes a capital letter, and Centrifugo's reader does not mind case.
    disconnect: ownWords(params.object(params.has("disconnect") ? "disconnect" : "Disconnect")),
  }),
  history: (params) => ({
    kind: "history",
    channel: params.string("channel"),
    limit: params.integer("limit"),
    since: position(params.object("since")),
    reverse: params.flag("reverse"),
  }),
  history_remove: (params) => ({ kind: "history_remove", channel: params.string("channel") }),
  presence: (params) => ({ kind: "presence", channel: params.string("channel") }),
  presence_stats: (params) => ({ kind: "presence_stats", channel: params.string("channel") }),
  info: () => ({ kind: "info" }),
  rpc: (params) => ({ kind: "rpc", method: params.string("method") }),
  refresh: (params) => ({
    kind: "refresh",
    target: target(params),
    expired: params.flag("expired"),
    expireAt: params.count("expire_at"),
    info: parsePayload(params, "info"),
  }),
  channels: (params) => ({ kind: "channels", pattern: params.string("pattern") }),
} satisfies Record<MethodName, (params: Params) => Command>;

/** In the order in which a batch looks for them. */
const byName: ReadonlyMap<string, (params: Params) => Command> = new Map(Object.entries(parsers));

export function methodNames(): Iterable<string> {
  return byName.keys();
}

/** The method of that name, as a parser of its parameters; undefined where there is none. What it returns counts only if `params.faulty()` is false. */
export function methodParser(name: string): ((params: Params) => Command) | undefined {
  return byName.get(name);
}

function target(params: Params): Whom {
  const client = params.string("client");
  const session = params.string("session");
  return {
    user: userId(params.string("user")),
    client: client === "" ? undefined : client,
    session: session === "" ? undefined : session,
    whitelist: params.strings("whitelist"),
  };
}

function position(params: Params | undefined): StreamPosition | undefined {
  if (params === undefined) return undefined;
  return { offset: params.count("offset"), epoch: params.string("epoch") };
}

function ownWords(params: Params | undefined): { code: number; reason: string } | undefined {
  if (params === undefined) return undefined;
  return { code: params.count("code"), reason: params.string("reason") };
}

/** Options of the namespace, each as `{"value": bool}`. */
export function parseOverride(params: Params | undefined): GrantOverride {
  if (params === undefined) return {};
  const value = (name: string): boolean | undefined => params.object(name)?.flag("value");
  return {
    presence: value("presence"),
    joinLeave: value("join_leave"),
    forcePushJoinLeave: value("force_push_join_leave"),
    forcePositioning: value("force_positioning"),
    forceRecovery: value("force_recovery"),
  };
}
