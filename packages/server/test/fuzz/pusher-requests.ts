import { createHash, createHmac } from "node:crypto";
import { keys } from "../server.ts";
import { mutated, spoilt } from "./mutate.ts";
import { oneOf, type Random } from "./random.ts";

export interface FuzzRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | undefined;
}

const event = {
  name: "e",
  channels: ["news", "presence-a"],
  data: '{"n":1}',
  socket_id: "1.1",
  info: "user_count,subscription_count",
};
const bodies = [
  JSON.stringify(event),
  JSON.stringify({ name: "e", channel: "cache-a", data: '{"n":1}' }),
  JSON.stringify({ name: "e", channel: "#server-to-user-1", data: '{"n":1}' }),
] as const;
const batch = JSON.stringify({
  batch: [
    { name: "e", channel: "presence-a", data: "{}", info: "user_count" },
    { name: "f", channel: "private-a", data: '"text"', socket_id: "1.1" },
  ],
});
const reads = [
  "channels",
  "channels/news",
  "channels/cache-a",
  "channels/presence-a",
  "channels/presence-a/users",
] as const;
const infos = ["user_count", "subscription_count", "cache", "occupied", "user_count,cache"] as const;
const prefixes = ["presence-", "private-", "", "#"] as const;

interface Draft {
  method: string;
  path: string;
  readonly query: Map<string, string>;
  body: string | undefined;
}

function draft(random: Random): Draft {
  const kind = random(10);
  const query = new Map<string, string>();
  if (kind < 5) return { method: "POST", path: "events", query, body: oneOf(random, bodies) };
  if (kind < 7) return { method: "POST", path: "batch_events", query, body: batch };
  if (kind === 7) return { method: "POST", path: "users/1/terminate_connections", query, body: undefined };
  if (random(2) === 0) query.set("info", oneOf(random, infos));
  if (random(2) === 0) query.set("filter_by_prefix", oneOf(random, prefixes));
  return { method: "GET", path: oneOf(random, reads), query, body: undefined };
}

/** What is wrong before it is signed: the signature is right, and what is behind it sees the fault. */
function spoil(one: Draft, random: Random): void {
  if (one.body !== undefined && random(8) > 0) one.body = spoilt(one.body, random);
  else if (random(3) === 0) one.path = mutated(one.path, random);
  else if (random(2) === 0) one.query.set(spoilt("info", random), spoilt(oneOf(random, infos), random));
  else one.query.set("filter_by_prefix", mutated(oneOf(random, prefixes), random));
}

/** A request of which something is wrong: mostly rightly signed, so that it gets behind the signature. */
export function pusherRequest(random: Random): FuzzRequest {
  const one = draft(random);
  if (random(20) > 0) spoil(one, random);
  const { query, body } = one;
  const path = encodeURI(`/apps/${keys.app.id}/${one.path.toWellFormed()}`).replace(/[?#]/g, escape);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  query.set("auth_key", keys.app.key);
  query.set("auth_timestamp", String(Math.floor(Date.now() / 1000)));
  query.set("auth_version", "1.0");
  if (bytes !== undefined && bytes.length > 0)
    query.set("body_md5", createHash("md5").update(bytes).digest("hex"));
  const crooked = random(5) === 0;
  if (crooked && random(3) === 0) {
    const name = oneOf(random, ["auth_key", "auth_timestamp", "auth_version", "body_md5"]);
    query.set(name, mutated(query.get(name) ?? "", random));
  }
  const named = [...query].map(
    ([name, value]) => [name.toLowerCase().toWellFormed(), value.toWellFormed()] as const,
  );
  const text = named
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const signature = createHmac("sha256", keys.app.secret)
    .update(`${one.method}\n${path}\n${text}`)
    .digest("hex");
  const written = [...named, ["auth_signature", signature] as const]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const target = `${path}?${crooked ? encodeURI(mutated(written, random).toWellFormed()).replaceAll("#", "%23") : written}`;
  const method = random(60) === 0 ? oneOf(random, ["PUT", "DELETE", "PATCH", "OPTIONS"]) : one.method;
  return { method, target, body: method === "GET" ? undefined : body };
}

/** A character as it may stand in a path. */
function escape(character: string): string {
  return encodeURIComponent(character);
}
