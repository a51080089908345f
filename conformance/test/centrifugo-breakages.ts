import { encode, prefixed } from "../centrifugo/protobuf.ts";
import { unframed, type Values } from "../centrifugo/wire.ts";
import type { Answer, Breakage, Connection } from "./breaking-proxy.ts";
import type { Wrong } from "./wrong.ts";

function without(object: Values, ...names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !names.includes(key)));
}

type Rewrite = (reply: Values, connection: Connection) => readonly Values[];

/** Rewrites the replies of frames, in both encodings; one that is given back as it came keeps its bytes. */
function replies(rewrite: Rewrite): Breakage {
  return {
    frame(frame, connection) {
      const given = unframed("json", Buffer.from(frame)).flatMap(({ value, raw }) =>
        rewrite(value, connection).map((one) => (one === value ? raw.toString() : JSON.stringify(one))),
      );
      return given.length === 0 ? [] : [given.join("\n")];
    },
    binary(frame, connection) {
      const given = unframed("protobuf", frame).flatMap(({ wire, raw }) =>
        rewrite(wire, connection).map((one) => prefixed(one === wire ? raw : encode("Reply", one))),
      );
      return given.length === 0 ? [] : [Buffer.concat(given)];
    },
  };
}

/** Rewrites the results of a method. */
function results(method: string, rewrite: (result: Values, reply: Values) => Values): Breakage {
  return replies((reply) => {
    const result = reply[method] as Values | undefined;
    return [result === undefined ? reply : { ...reply, [method]: rewrite(result, reply) }];
  });
}

/** Rewrites what pushes of a kind say; nothing = it does not come. */
function pushes(kind: string, rewrite: (content: Values, push: Values) => readonly Values[]): Breakage {
  return replies((reply) => {
    const push = reply["push"] as Values | undefined;
    const content = push?.[kind] as Values | undefined;
    if (push === undefined || content === undefined) return [reply];
    return rewrite(content, push).map((one) => ({ ...reply, push: { ...push, [kind]: one } }));
  });
}

/** Rewrites the errors of replies. */
function errors(rewrite: (error: Values) => Values): Breakage {
  return replies((reply) => {
    const error = reply["error"] as Values | undefined;
    return [error === undefined ? reply : { ...reply, error: rewrite(error) }];
  });
}

/** Rewrites commands on their way to the server, JSON alone; undefined = it goes no further. */
function commands(rewrite: (command: Values, connection: Connection) => Values | undefined): Breakage {
  return {
    ask(frame, connection) {
      const asked = frame.split("\n").filter((line) => line !== "");
      if (!asked.every((line) => line.startsWith("{") && line.endsWith("}"))) return false;
      const given = asked.flatMap((line) => {
        const command = rewrite(JSON.parse(line) as Values, connection);
        return command === undefined ? [] : [JSON.stringify(command)];
      });
      if (given.length > 0) connection.forward(given.join("\n"));
      return true;
    },
  };
}

/** The server does not see these fields of a command. */
function blind(method: string, ...names: readonly string[]): Breakage {
  return commands((command) => {
    const request = command[method] as Values | undefined;
    return request === undefined ? command : { ...command, [method]: without(request, ...names) };
  });
}

function answers(rewrite: (answer: Answer, path: string) => Partial<Answer>): Breakage {
  return { answer: (answer, { path }) => ({ ...answer, ...rewrite(answer, path) }) };
}

/** Rewrites the results of a method of the server API. */
function apiResults(method: string, rewrite: (result: Values) => unknown): Breakage {
  return answers(({ body }, path) => {
    if (path !== `/api/${method}`) return {};
    const { result } = JSON.parse(body) as { readonly result?: Values };
    return result === undefined ? {} : { body: JSON.stringify({ result: rewrite(result) }) };
  });
}

/** The server does not see these parameters of its API. */
function blindApi(...names: readonly string[]): Breakage {
  return {
    request(body, path) {
      if (!path.startsWith("/api/") || !body.startsWith("{")) return body;
      return JSON.stringify(without(JSON.parse(body) as Values, ...names));
    },
  };
}

/** A server that lets everybody into everything. */
const openToAll = commands((command, connection) => {
  if (command["subscribe"] === undefined) return command;
  connection.tell(JSON.stringify({ id: command["id"], subscribe: {} }));
  return undefined;
});

/** A server that asks for no token. */
const everybody = commands((command, connection) => {
  if (command["connect"] === undefined) return command;
  connection.tell(
    JSON.stringify({ id: command["id"], connect: { client: "x", version: "0", ping: 25, pong: true } }),
  );
  return undefined;
});

/** Holds the reply back that it is told to, and lets the next one overtake it. */
function overtaken(isHeld: (frame: string) => boolean): Breakage {
  return {
    frame(frame, { hold }) {
      if (isHeld(frame)) {
        hold.push(frame);
        return [];
      }
      return hold.length > 0 ? [frame, ...hold.splice(0)] : [frame];
    },
  };
}

function publications(result: Values): readonly Values[] {
  return (result["publications"] ?? []) as readonly Values[];
}

export const wrongs: readonly Wrong[] = [
  // Frames and commands.
  {
    what: "JSON comes in binary frames",
    lines: ["json-default", "json-in-binary"],
    breakage: { frame: (frame) => [Buffer.from(frame)] },
  },
  {
    what: "protobuf comes in text frames",
    lines: ["query-format-protobuf", "subprotocol-protobuf"],
    breakage: { binary: (frame) => [frame.toString()] },
  },
  {
    what: "frames end with a newline",
    lines: ["no-newline", "connect"],
    breakage: { frame: (frame) => [`${frame}\n`] },
  },
  {
    what: "another subprotocol is selected",
    lines: ["subprotocol-json", "subprotocol-protobuf"],
    breakage: { subprotocol: "centrifuge" },
  },
  {
    what: "a subprotocol is selected that nobody offered",
    lines: ["json-default"],
    breakage: { subprotocol: "centrifuge-json" },
  },
  {
    what: "of many commands in a frame one is not answered",
    lines: ["many-commands", "many-commands-protobuf"],
    breakage: replies((reply) => (reply["id"] === 12 ? [] : [reply])),
  },
  {
    what: "frames that are no JSON are passed over",
    lines: ["no-json", "json-cut", "empty-frame", "bad-behind-good"],
    breakage: { ask: (frame) => !/^\{.*\}\n?$/s.test(frame) },
  },
  {
    what: "lists and other types are passed over",
    lines: ["json-list", "json-type"],
    breakage: { ask: (frame) => frame.startsWith("[") || frame.includes('"channel":7') },
  },
  {
    what: "commands without a known method are passed over",
    lines: ["no-method", "unknown-method", "ping-command"],
    breakage: { ask: (frame) => /^\{"id":2(,"(dance|ping)":\{\})?\}$/.test(frame) },
  },
  {
    what: "pongs that nobody asked for are passed over",
    lines: ["unasked-pong"],
    breakage: { ask: (frame) => frame === "{}" },
  },
  {
    what: "every close has another code",
    lines: [
      "first-not-connect",
      "connect-twice-protobuf",
      "no-token",
      "frame-too-big",
      "send",
      "api-disconnect",
    ],
    breakage: { code: (code) => (code < 4_000 ? 4_999 : code) },
  },
  {
    what: "closes have no reason",
    lines: ["no-json", "api-disconnect-own", "ticket-channel", "refresh-forged"],
    breakage: { reason: () => "" },
  },
  {
    what: "fields of zero are written",
    lines: ["empty-result", "subscribe", "ticket"],
    breakage: results("subscribe", (result) => ({ recoverable: false, offset: 0, ...result })),
  },
  {
    what: "the connect reply has empty fields",
    lines: ["zero-left-out"],
    breakage: results("connect", (result) => ({ ...result, data: null })),
  },
  {
    what: "data are parsed and written anew",
    lines: ["data-verbatim", "client-data-verbatim"],
    breakage: pushes("pub", (publication) => [{ ...publication }]),
  },
  {
    what: "data come as text",
    lines: ["data-number", "data-list", "data-unicode", "publish"],
    breakage: pushes("pub", (publication) => [{ ...publication, data: JSON.stringify(publication["data"]) }]),
  },
  {
    what: "offsets are texts",
    lines: ["numbers", "recover"],
    breakage: pushes("pub", (publication) => [{ ...publication, offset: String(publication["offset"]) }]),
  },
  {
    what: "history of nothing has no publications",
    lines: ["always-there"],
    breakage: results("history", (result) =>
      publications(result).length === 0 ? without(result, "publications") : result,
    ),
  },
  {
    what: "binary payloads are text on their way",
    lines: ["binary-payload", "api-b64data-bytes"],
    breakage: pushes("pub", (publication) => [
      { ...publication, data: Buffer.from(Buffer.from(publication["data"] as Buffer).toString("utf8")) },
    ]),
  },
  // Keep-alive, connecting and tokens.
  {
    what: "pings do not come",
    lines: ["ping-comes", "ping-comes-protobuf", "two-pongs"],
    breakage: replies((reply) => (Object.keys(reply).length === 0 ? [] : [reply])),
  },
  {
    what: "pings are replies with something in them",
    lines: ["ping-comes"],
    breakage: replies((reply) => [Object.keys(reply).length === 0 ? { ping: {} } : reply]),
  },
  {
    what: "pongs are not heard",
    lines: ["ping-comes"],
    breakage: { ask: (frame) => frame === "{}" },
  },
  {
    what: "the connect reply does not ask for pongs",
    lines: ["ping-told", "ping-told-protobuf"],
    breakage: results("connect", (result) => without(result, "pong")),
  },
  {
    what: "every client has one id, and the server no version",
    lines: ["connect", "connect-protobuf", "client-ids-differ"],
    breakage: results("connect", (result) => ({ ...without(result, "version"), client: "me" })),
  },
  {
    what: "the connect reply has a session",
    lines: ["no-session"],
    breakage: results("connect", (result) => ({ ...result, session: "s", node: "n" })),
  },
  {
    what: "the end of a connection is told in milliseconds",
    lines: ["expires", "expires-protobuf"],
    breakage: results("connect", (result) => ({ ...result, ttl: Number(result["ttl"]) * 1000 })),
  },
  {
    what: "a refresh is answered without ttl",
    lines: ["refresh", "refresh-protobuf"],
    breakage: results("refresh", (result) => without(result, "ttl")),
  },
  {
    what: "a refresh is taken whatever its token",
    lines: ["refresh-expired", "refresh-forged", "refresh-other-user", "refresh-other-subs", "refresh-empty"],
    breakage: commands((command, connection) => {
      if (command["refresh"] === undefined) return command;
      connection.tell(JSON.stringify({ id: command["id"], refresh: {} }));
      return undefined;
    }),
  },
  {
    what: "everybody is let in, whatever the token",
    lines: [
      "no-token",
      "algorithm-none",
      "other-secret",
      "changed-claims",
      "exp-past",
      "nbf-future",
      "issuer-other",
      "audience-missing",
      "channel-claim",
      "expire-at-past",
      "user-connections",
      "anonymous-token",
      "single-connection",
    ],
    breakage: everybody,
  },
  {
    what: "info of users is not shown",
    lines: ["info", "info-text-protobuf", "b64info", "presence"],
    breakage: results("presence", ({ presence }) => ({
      presence: Object.fromEntries(
        Object.entries(presence as Values).map(([id, info]) => [id, without(info as Values, "conn_info")]),
      ),
    })),
  },
  {
    what: "every subscription is granted, whatever the channel and the token",
    lines: [
      "closed",
      "private",
      "unknown-namespace",
      "regex-not",
      "no-ascii",
      "limited-other",
      "limited-part",
      "anonymous-shut-out",
      "channel-256",
      "channel-limit-own",
      "max-length-own",
      "subscription-key",
      "ticket-secret",
      "ticket-none",
      "ticket-expired",
      "ticket-channel",
      "ticket-user",
      "subscribe-twice",
      "channel-limit",
      "unknown-delta",
      "empty-channel",
      "filter-off",
      "filter-no-cmp",
      "reject-unrecovered",
    ],
    breakage: openToAll,
  },
  {
    what: "tokens of subscriptions are not looked at",
    lines: ["ticket", "ticket-private", "ticket-override", "ticket-data"],
    breakage: blind("subscribe", "token"),
  },
  {
    what: "every error has the code 100",
    lines: ["subscribe-twice", "history-epoch", "presence-off", "exp-past", "publish-closed", "rpc-unknown"],
    breakage: errors((error) => ({ ...error, code: 100 })),
  },
  {
    what: "errors have no message",
    lines: ["closed", "history-off", "ticket-expired-protobuf", "rpc-proxy-fails"],
    breakage: errors(({ code }) => ({ code })),
  },
  {
    what: "an error that will pass is not called temporary",
    lines: ["rpc-proxy-fails", "rpc-proxy-fails-protobuf"],
    breakage: errors((error) => without(error, "temporary")),
  },
  // Subscribing and publishing.
  {
    what: "publications come twice",
    lines: ["order", "order-protobuf", "recover", "no-gap", "subscribe-twice"],
    breakage: pushes("pub", (publication) => [publication, publication]),
  },
  {
    what: "one publication is lost",
    lines: ["order", "no-gap", "batch-in-order"],
    breakage: replies((reply) => (JSON.stringify(reply).includes('"data":{"n":20}') ? [] : [reply])),
  },
  {
    what: "one publication overtakes another",
    lines: ["order"],
    breakage: overtaken((frame) => /"data":\{"n":30\}/.test(frame)),
  },
  {
    what: "a push overtakes the reply of subscribe",
    lines: ["reply-first"],
    breakage: overtaken((frame) => frame.includes('"subscribe":{')),
  },
  {
    what: "who unsubscribes hears on",
    lines: ["unsubscribe", "unsubscribe-server-side", "presence-gone"],
    breakage: commands((command, connection) => {
      if (command["unsubscribe"] === undefined) return command;
      connection.tell(JSON.stringify({ id: command["id"], unsubscribe: {} }));
      return undefined;
    }),
  },
  {
    what: "publications do not say who published",
    lines: ["publish", "publish-protobuf"],
    breakage: pushes("pub", (publication) => [without(publication, "info")]),
  },
  {
    what: "tags are lost",
    lines: ["tags", "tags-protobuf"],
    breakage: pushes("pub", (publication) => [without(publication, "tags")]),
  },
  {
    what: "positions are not told",
    lines: ["positioned", "force-recovery", "force-positioning-protobuf"],
    breakage: results("subscribe", (result) => without(result, "positioned", "epoch", "offset")),
  },
  {
    what: "the end of a subscription is not told",
    lines: ["ticket-expires", "ticket-expire-at", "ticket-expires-protobuf"],
    breakage: results("subscribe", (result) => without(result, "expires", "ttl")),
  },
  {
    what: "unsubscribe pushes have no code",
    lines: ["api-unsubscribe", "sub-expired", "api-unsubscribe-protobuf"],
    breakage: pushes("unsubscribe", (content) => [without(content, "code")]),
  },
  // Presence.
  {
    what: "joins do not come",
    lines: ["join-leave", "join-leave-protobuf", "join-leave-forced"],
    breakage: pushes("join", () => []),
  },
  {
    what: "leaves do not come",
    lines: ["join-leave", "leave-by-close"],
    breakage: pushes("leave", () => []),
  },
  {
    what: "joins come to all who asked or not",
    lines: ["join-leave-closed"],
    breakage: {
      frame(frame) {
        const joined = /"subscribe":\{/.test(frame)
          ? '\n{"push":{"channel":"x","join":{"info":{"user":"","client":""}}}}'
          : "";
        return [frame + joined];
      },
    },
  },
  {
    what: "users are counted by connection",
    lines: ["presence-stats", "presence-stats-protobuf"],
    breakage: results("presence_stats", (result) => ({ ...result, num_users: result["num_clients"] })),
  },
  // History and recovery.
  {
    what: "history does not look at its limit and direction",
    lines: ["history-limit", "history-reverse", "history-since", "history-epoch"],
    breakage: commands((command) => {
      const history = command["history"] as Values | undefined;
      return history?.["limit"] === undefined
        ? command
        : { ...command, history: { channel: history["channel"], limit: -1 } };
    }),
  },
  {
    what: "what is kept has no offsets",
    lines: ["history-all", "history-content", "history-size"],
    breakage: results("history", (result) => ({
      ...result,
      publications: publications(result).map((one) => without(one, "offset")),
    })),
  },
  {
    what: "the first that was missed is not recovered",
    lines: ["recover", "recover-protobuf", "recover-just", "cache"],
    breakage: results("subscribe", (result) =>
      result["publications"] === undefined
        ? result
        : { ...result, publications: publications(result).slice(1) },
    ),
  },
  {
    what: "what is recovered comes from the newest on",
    lines: ["recover", "recover-from-zero"],
    breakage: results("subscribe", (result) =>
      result["publications"] === undefined
        ? result
        : { ...result, publications: publications(result).toReversed() },
    ),
  },
  {
    what: "whoever comes back is told that it has recovered",
    lines: [
      "recover-epoch",
      "recover-too-far",
      "recover-301",
      "cache-empty",
      "recover-removed",
      "recover-epoch-protobuf",
    ],
    breakage: results("subscribe", (result) =>
      result["was_recovering"] === true ? { ...result, recovered: true } : result,
    ),
  },
  {
    what: "nobody is told whether it was recovering",
    lines: ["recover", "recover-nothing", "recover-not-recoverable"],
    breakage: results("subscribe", (result) => without(result, "was_recovering")),
  },
  {
    what: "who has recovered is told the newest offset",
    lines: ["recover", "recover-protobuf"],
    breakage: results("subscribe", (result) =>
      result["recovered"] === true ? { ...result, offset: publications(result).at(-1)?.["offset"] } : result,
    ),
  },
  {
    what: "the first publication has no epoch",
    lines: ["first-epoch", "first-epoch-protobuf"],
    breakage: pushes("pub", (publication) => [without(publication, "epoch")]),
  },
  // Deltas and filters.
  {
    what: "deltas are not called so",
    lines: ["delta", "delta-protobuf", "delta-publish"],
    breakage: pushes("pub", (publication) => [without(publication, "delta")]),
  },
  {
    what: "deltas are damaged at their end",
    lines: ["delta", "delta-late", "delta-unicode"],
    breakage: pushes("pub", (publication) => [
      publication["delta"] === true
        ? { ...publication, data: String(publication["data"]).replace(/.;$/, "0;") }
        : publication,
    ]),
  },
  {
    what: "deltas are granted everywhere",
    lines: ["delta-not-allowed", "subscribe"],
    breakage: results("subscribe", (result) => ({ ...result, delta: true })),
  },
  {
    what: "deltas are not granted",
    lines: ["delta", "delta-late"],
    breakage: blind("subscribe", "delta"),
  },
  {
    what: "data beside deltas stand in strings, for everybody",
    lines: ["delta-beside-none", "delta-not-allowed"],
    breakage: pushes("pub", (publication) => [
      typeof publication["data"] === "string"
        ? publication
        : { ...publication, data: JSON.stringify(publication["data"]) },
    ]),
  },
  {
    what: "filters are not looked at",
    lines: [
      "filter-eq",
      "filter-not",
      "filter-lt",
      "filter-recover",
      "filter-unknown-op",
      "filter-and-empty",
    ],
    breakage: blind("subscribe", "tf"),
  },
  // Server-side subscriptions, and what the application does.
  {
    what: "server-side subscriptions are not told",
    lines: ["channels", "channels-protobuf", "personal", "wishes", "subs-over-channels"],
    breakage: results("connect", (result) => without(result, "subs")),
  },
  {
    what: "wishes of the connect command are granted, whatever they are",
    lines: ["wishes-private", "wishes-limited"],
    breakage: {
      ask(frame, { notes }) {
        for (const [, name = ""] of frame.matchAll(/"([^"]+)":\{\}/g)) notes.set(name, "wished");
        return false;
      },
      frame(frame, { notes }) {
        const reply = JSON.parse(frame) as Values;
        const welcome = reply["connect"] as Values | undefined;
        if (welcome === undefined) return [frame];
        const granted = Object.fromEntries([...notes.keys()].map((name) => [name, {}]));
        return [
          JSON.stringify({
            ...reply,
            connect: { ...welcome, subs: { ...(welcome["subs"] as Values), ...granted } },
          }),
        ];
      },
    },
  },
  {
    what: "pushes of subscribe, unsubscribe and refresh do not come",
    lines: [
      "api-subscribe",
      "api-unsubscribe",
      "api-refresh",
      "api-subscribe-protobuf",
      "api-refresh-protobuf",
    ],
    breakage: replies((reply) => {
      const push = reply["push"] as Values | undefined;
      return push !== undefined && ["subscribe", "unsubscribe", "refresh"].some((kind) => kind in push)
        ? []
        : [reply];
    }),
  },
  {
    what: "the API's subscribe says no position and no data",
    lines: ["api-subscribe", "api-subscribe-since", "api-subscribe-info"],
    breakage: pushes("subscribe", (content) => [without(content, "offset", "data")]),
  },
  {
    what: "the API means all of a user's clients",
    lines: ["api-disconnect-client", "api-subscribe-client", "api-disconnect-whitelist"],
    breakage: blindApi("client", "whitelist"),
  },
  {
    what: "the API does not look at expired, info and disconnect",
    lines: ["api-refresh-expired", "api-refresh-info", "api-disconnect-own"],
    breakage: blindApi("expired", "info", "disconnect"),
  },
  // Server API.
  {
    what: "refused keys are answered with 200",
    lines: ["locked-none", "locked-wrong", "locked-longer", "locked-bearer", "locked-old-route"],
    breakage: answers(({ status }) => (status === 401 ? { status: 200, body: "{}" } : {})),
  },
  {
    what: "refused keys are told why",
    lines: ["locked-none", "locked-authorization"],
    breakage: answers(({ status }) => (status === 401 ? { body: "no such key" } : {})),
  },
  {
    what: "the API needs no key",
    lines: ["locked-none", "locked-header-first"],
    breakage: answers(({ status }) => (status === 401 ? { status: 200, body: "" } : {})),
  },
  {
    what: "errors of the API are statuses",
    lines: ["api-publish-unknown", "api-publish-no-data", "old-route-error", "api-history-epoch"],
    breakage: answers(({ body }) => (body.includes('"error":') ? { status: 400 } : {})),
  },
  {
    what: "the error mode is not looked at",
    lines: ["error-mode-unknown", "error-mode-bad", "error-mode-unavailable", "error-mode-epoch"],
    breakage: answers(({ status, body }) =>
      status >= 400 && body.startsWith("{") ? { status: 200, body: `{"error":${body}}` } : {},
    ),
  },
  {
    what: "errors of the API have codes of their own",
    lines: ["api-publish-no-channel", "api-presence-off", "api-rpc-unknown", "broadcast", "batch-parallel"],
    breakage: answers(({ body }) => ({ body: body.replaceAll(/"code":\d+/g, '"code":100') })),
  },
  {
    what: "every refusal of a request is 422",
    lines: ["get", "body-no-json", "unknown-route", "old-route-empty", "old-route-unknown"],
    breakage: answers(({ status }) => ({ status: status >= 400 ? 422 : status })),
  },
  {
    what: "the old route answers without ids",
    lines: ["old-route", "old-route-many"],
    breakage: answers(({ body }, path) =>
      path === "/api" ? { body: body.replaceAll(/"id":\d+,?/g, "") } : {},
    ),
  },
  {
    what: "a batch has its replies in a result",
    lines: ["batch", "batch-parallel"],
    breakage: answers(({ body }, path) => (path === "/api/batch" ? { body: `{"result":${body}}` } : {})),
  },
  {
    what: "broadcast answers in another order",
    lines: ["broadcast"],
    breakage: apiResults("broadcast", ({ responses }) => ({
      responses: (responses as unknown[]).toReversed(),
    })),
  },
  {
    what: "publish answers without offset and epoch",
    lines: ["api-publish", "api-version"],
    breakage: apiResults("publish", () => ({})),
  },
  {
    what: "idempotency keys and versions are not looked at",
    lines: ["api-idempotency-open", "api-idempotency-stream", "api-version", "api-version-epoch"],
    breakage: blindApi("idempotency_key", "version"),
  },
  {
    what: "epochs of versions are not looked at",
    lines: ["api-version-epoch"],
    breakage: blindApi("version_epoch"),
  },
  {
    what: "skip_history and tags are not looked at",
    lines: ["api-skip-history", "tags"],
    breakage: blindApi("skip_history", "tags"),
  },
  {
    what: "b64data is no data",
    lines: ["api-b64data", "api-b64data-protobuf"],
    breakage: blindApi("b64data"),
  },
  {
    what: "the API's history is not paged",
    lines: ["api-history"],
    breakage: blindApi("since", "reverse"),
  },
  {
    what: "channels are listed whatever the pattern",
    lines: ["api-channels"],
    breakage: blindApi("pattern"),
  },
  {
    what: "info has no counts",
    lines: ["api-info"],
    breakage: apiResults("info", ({ nodes }) => ({
      nodes: (nodes as readonly Values[]).map((node) => without(node, "num_clients")),
    })),
  },
  {
    what: "history_remove removes nothing",
    lines: ["history-remove", "recover-removed"],
    breakage: {
      request: (body, path) => (path === "/api/history_remove" ? '{"channel":"history:other"}' : body),
    },
  },
  // The other transports.
  {
    what: "streams do not say why they end",
    lines: ["http-stream-disconnect", "sse-invalid-token", "uni-http-stream-disconnect", "uni-sse-no-token"],
    breakage: { piece: (text) => (text.includes('"disconnect"') ? "" : text) },
  },
  {
    what: "streams do not tell a session",
    lines: ["http-stream-connect", "sse-connect", "uni-http-stream-connect", "uni-sse-connect"],
    breakage: { piece: (text) => text.replace(/"session":"[^"]*",?/, "") },
  },
  {
    what: "events have names",
    lines: ["sse-connect", "uni-sse-connect"],
    breakage: { piece: (text) => text.replaceAll("data: ", "event: message\ndata: ") },
  },
  {
    what: "pushes of listeners ask for pongs",
    lines: ["uni-http-stream-connect", "uni-sse-connect"],
    breakage: { piece: (text) => text.replace('"ping":', '"pong":true,"ping":') },
  },
  {
    what: "streams lose pings",
    lines: ["sse-ping", "http-stream-ping", "uni-sse-ping"],
    breakage: { piece: (text) => (/^(data: )?\{\}\n+$/.test(text) ? "" : text) },
  },
  {
    what: "streams are kept by whoever is on their way",
    lines: ["http-stream-headers", "sse-headers"],
    breakage: {
      head(headers) {
        headers.delete("cache-control");
        headers.delete("x-accel-buffering");
      },
    },
  },
  {
    what: "commands are taken with 200",
    lines: [
      "http-stream-commands",
      "sse-many-commands",
      "http-stream-protobuf-commands",
      "emulation-session",
    ],
    breakage: answers(({ status }, path) => (path === "/emulation" && status === 204 ? { status: 200 } : {})),
  },
  {
    what: "requests that open no stream, or belong to none, are 422",
    lines: [
      "http-stream-get",
      "http-stream-too-big",
      "sse-no-connect",
      "emulation-node",
      "emulation-no-json",
    ],
    breakage: answers(({ status }) => ({ status: status >= 400 ? 422 : status })),
  },
  {
    what: "pushes of a listening WebSocket are replies",
    lines: ["uni-websocket-channels", "uni-websocket-api-subscribe", "uni-websocket-disconnect"],
    breakage: {
      frame: (frame) => [frame.startsWith('{"connect"') || frame === "{}" ? frame : `{"push":${frame}}`],
    },
  },
  {
    what: "the connect reply has a time, and pings every second, whatever the options",
    lines: ["no-server-time", "ping-25"],
    breakage: results("connect", (result) => ({ ...result, time: 1, ping: 1 })),
  },
  {
    what: "history and recovery are cut off at one",
    lines: ["history-limit-own", "history-300", "recovery-limit-own", "recover-300"],
    breakage: replies((reply) => {
      const cut = (result: unknown): unknown =>
        publications((result ?? {}) as Values).length === 0
          ? result
          : { ...(result as Values), publications: publications(result as Values).slice(0, 1) };
      return [
        {
          ...reply,
          ...("history" in reply ? { history: cut(reply["history"]) } : {}),
          ...("subscribe" in reply ? { subscribe: cut(reply["subscribe"]) } : {}),
        },
      ];
    }),
  },
];
