import type { Content, StreamPosition } from "../../../core/publication.ts";
import type { FilterNode } from "../../../core/tag-filter.ts";
import { memberAt } from "../../../json-text/slices.ts";
import type { Inbound } from "../messages.ts";

type Body = Readonly<Record<string, unknown>>;

/** What a number of the schema can be (protocol notes, 1.4). */
type Range = readonly [least: number, most: number];

const uint32: Range = [0, 2 ** 32 - 1];
const int32: Range = [-(2 ** 31), 2 ** 31 - 1];
const int64: Range = [-(2 ** 63), 2 ** 63];
const uint64: Range = [0, 2 ** 64];

/** Thrown nowhere: a field of the wrong type is noted here, and makes the whole message malformed. */
class Fields {
  wrong: string | undefined = undefined;

  constructor(private readonly body: Body) {}

  text(name: string): string {
    const value = this.body[name];
    if (typeof value === "string") return value;
    if (value !== undefined && value !== null) this.wrong = name;
    return "";
  }

  has(name: string): boolean {
    return this.body[name] !== undefined;
  }

  /** An object of strings. */
  texts(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.object(name);
    if (value === undefined || isTexts(value)) return value;
    this.wrong = name;
    return undefined;
  }

  flag(name: string): boolean {
    const value = this.body[name];
    if (typeof value === "boolean") return value;
    if (value !== undefined && value !== null) this.wrong = name;
    return false;
  }

  integer(name: string, [least, most]: Range): number {
    const value = this.body[name];
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    if (value !== undefined && value !== null) this.wrong = name;
    return 0;
  }

  list(name: string): readonly unknown[] {
    const value = this.body[name];
    if (Array.isArray(value)) return value;
    if (value !== undefined && value !== null) this.wrong = name;
    return [];
  }

  object(name: string): Body | undefined {
    const value = this.body[name];
    if (isObject(value)) return value;
    if (value !== undefined && value !== null) this.wrong = name;
    return undefined;
  }
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: Body): value is Readonly<Record<string, string>> {
  return Object.values(value).every((one) => typeof one === "string");
}

const pong: readonly Inbound[] = [{ kind: "pong" }];

/** The commands of one frame, one JSON object a line (protocol notes, 1.2). */
export function parseFrame(frame: string): readonly Inbound[] {
  if (frame === "{}") return pong;
  if (!frame.includes("\n")) return [parseCommand(frame)];
  const lines = frame.split("\n");
  if (lines.at(-1) === "") lines.pop(); // one line feed at the end is allowed
  const messages: Inbound[] = [];
  for (const line of lines) {
    const message = parseCommand(line);
    messages.push(message);
    if (message.kind === "malformed") break;
  }
  return messages;
}

function parseCommand(line: string): Inbound {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return malformed("no JSON");
  }
  if (!isObject(value)) return malformed("no object");
  const fields = new Fields(value);
  const id = fields.integer("id", uint32);
  if (fields.wrong !== undefined) return malformed("id");
  for (const [key, parse] of parsers) {
    const body = value[key];
    if (body === undefined || body === null) continue;
    if (!isObject(body)) return malformed(key);
    if (id === 0 && key !== "send") return { kind: "pong" };
    const request = new Fields(body);
    const message = parse(request, { id, line });
    return request.wrong === undefined ? message : malformed(`${key}.${request.wrong}`);
  }
  return id === 0 ? { kind: "pong" } : { kind: "unknown", what: "no request" };
}

/** The connect request by itself, as clients send it that only listen (protocol notes, 8.2). */
export function parseConnectRequest(text: string): Inbound {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed("no JSON");
  }
  if (!isObject(value)) return malformed("no object");
  const fields = new Fields(value);
  const message = parseConnect(fields, { id: 1, line: text });
  return fields.wrong === undefined ? message : malformed(fields.wrong);
}

function malformed(what: string): Inbound {
  return { kind: "malformed", what };
}

interface Source {
  readonly id: number;
  readonly line: string;
}

type Parse = (fields: Fields, source: Source) => Inbound;

/** In the order in which a command with several requests is read (protocol notes, 1.3). */
const parsers: readonly (readonly [string, Parse])[] = [
  ["connect", parseConnect],
  ["ping", () => ({ kind: "unknown", what: "ping" })],
  ["subscribe", parseSubscribe],
  ["unsubscribe", (fields, { id }) => ({ kind: "unsubscribe", id, channel: fields.text("channel") })],
  ["publish", parsePublish],
  ["presence", (fields, { id }) => ({ kind: "presence", id, channel: fields.text("channel") })],
  ["presence_stats", (fields, { id }) => ({ kind: "presence-stats", id, channel: fields.text("channel") })],
  ["history", parseHistory],
  ["rpc", parseRpc],
  ["send", () => ({ kind: "send" })],
  ["refresh", (fields, { id }) => ({ kind: "refresh", id, token: fields.text("token") })],
  [
    "sub_refresh",
    (fields, { id }) => ({
      kind: "sub-refresh",
      id,
      channel: fields.text("channel"),
      token: fields.text("token"),
      type: fields.integer("type", int32),
    }),
  ],
];

function parseConnect(fields: Fields, { id, line }: Source): Inbound {
  return {
    kind: "connect",
    id,
    token: fields.text("token"),
    subs: subs(fields),
    data: raw(fields, line, "connect"),
    name: fields.text("name"),
    version: fields.text("version"),
    headers: fields.texts("headers"),
  };
}

function parseRpc(fields: Fields, { id, line }: Source): Inbound {
  return { kind: "rpc", id, method: fields.text("method"), data: raw(fields, line, "rpc") };
}

/** The text of a request's data as it came; looked for only where there is some. */
function raw(fields: Fields, line: string, request: string): Content | undefined {
  const text = fields.has("data") ? memberAt(line, request, "data") : undefined;
  return text === undefined ? undefined : { kind: "json", text };
}

const noSubs: ReadonlyMap<string, StreamPosition | undefined> = new Map();

function subs(fields: Fields): ReadonlyMap<string, StreamPosition | undefined> {
  const given = fields.object("subs");
  if (given === undefined) return noSubs;
  const found = new Map<string, StreamPosition | undefined>();
  for (const [channel, value] of Object.entries(given)) {
    if (!isObject(value)) {
      fields.wrong = "subs";
      break;
    }
    const sub = new Fields(value);
    found.set(channel, recoverFrom(sub));
    if (sub.wrong !== undefined) fields.wrong = `subs.${sub.wrong}`;
  }
  return found;
}

function recoverFrom(fields: Fields): StreamPosition | undefined {
  const position = { offset: fields.integer("offset", uint64), epoch: fields.text("epoch") };
  return fields.flag("recover") ? position : undefined;
}

function parseSubscribe(fields: Fields, { id, line }: Source): Inbound {
  return {
    kind: "subscribe",
    id,
    channel: fields.text("channel"),
    token: fields.text("token"),
    data: raw(fields, line, "subscribe"),
    recover: recoverFrom(fields),
    positioned: fields.flag("positioned"),
    recoverable: fields.flag("recoverable"),
    joinLeave: fields.flag("join_leave"),
    delta: fields.text("delta"),
    filter: filterOf(fields, "tf"),
    flag: fields.integer("flag", int64),
    type: fields.integer("type", int32),
  };
}

/** Deeper than any filter that is taken: what is further in is not looked at. */
const deepest = 64;

function filterOf(fields: Fields, name: string): FilterNode | undefined {
  const given = fields.object(name);
  if (given === undefined) return undefined;
  const node = nodeOf(given, deepest);
  if (node === undefined) fields.wrong = name;
  return node;
}

function nodeOf(body: Body, depth: number): FilterNode | undefined {
  const fields = new Fields(body);
  const nodes: FilterNode[] = [];
  for (const one of depth === 0 ? [] : fields.list("nodes")) {
    const node = isObject(one) ? nodeOf(one, depth - 1) : undefined;
    if (node === undefined) return undefined;
    nodes.push(node);
  }
  const node = {
    op: fields.text("op"),
    key: fields.text("key"),
    cmp: fields.text("cmp"),
    val: fields.text("val"),
    vals: fields.list("vals").filter((one) => typeof one === "string"),
    nodes,
  };
  if (node.vals.length !== fields.list("vals").length) return undefined;
  return fields.wrong === undefined ? node : undefined;
}

const nothing = new Uint8Array(0);

function parsePublish(fields: Fields, { id, line }: Source): Inbound {
  // The text as it came, not the parsed value: 1.0 and 12345678901234567890 stay what they are (B10).
  const text = memberAt(line, "publish", "data");
  return {
    kind: "publish",
    id,
    channel: fields.text("channel"),
    content: text === undefined ? { kind: "bytes", bytes: nothing } : { kind: "json", text },
    bytes: text === undefined ? 0 : Buffer.byteLength(text),
    type: fields.integer("type", int32),
  };
}

function parseHistory(fields: Fields, { id }: Source): Inbound {
  const given = fields.object("since");
  let since: StreamPosition | undefined;
  if (given !== undefined) {
    const position = new Fields(given);
    since = { offset: position.integer("offset", uint64), epoch: position.text("epoch") };
    if (position.wrong !== undefined) fields.wrong = `since.${position.wrong}`;
  }
  return {
    kind: "history",
    id,
    channel: fields.text("channel"),
    limit: fields.integer("limit", int32),
    since,
    reverse: fields.flag("reverse"),
  };
}
