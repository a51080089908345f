import { timestampTolerance } from "../settings.ts";
import type { Tenant } from "../tenant.ts";
import type { SignedQuery } from "../api/signed-query.ts";
import { diagnosis, shown, type Diagnosis } from "./diagnosis.ts";
import { examine, type Mistake } from "./examine.ts";
import type { KeyRing } from "./key-ring.ts";

/** Why nothing is found under an app id. */
export function examineAppId(ring: KeyRing, id: string, key: string): Diagnosis {
  const owner = ring.idOf(key);
  const hint =
    owner === undefined
      ? "the id stands in the path, /apps/{id}/"
      : `the key ${shown(key, 64)} belongs to the app ${owner}`;
  return diagnosis("unknown-app", `no app of this server has the id ${ring.shown(id, 64)}; ${hint}`);
}

/** Why a key cannot sign for the app in the path. */
export function examineKey(ring: KeyRing, tenant: Tenant, key: string): Diagnosis {
  if (key === "")
    return diagnosis(
      "no-key",
      "the query has no auth_key: the request is not signed, or a proxy took its query",
    );
  const owner = ring.idOf(key);
  const found = ring.keyFault(tenant.app.id, key) ?? diagnosis("unknown-key", "the key is not known");
  if (owner === undefined) return found;
  return { ...found, message: `${found.message}; the path names the app ${tenant.app.id}` };
}

export function examineVersion(version: string): Diagnosis {
  const given = version === "" ? "there is none" : `it is ${shown(version, 16)}`;
  return diagnosis("version", `${given}, and 1.0 is all there is`);
}

const milliseconds = /^\d{13}$/;
const minute = 60;
const halfHour = 1_800;
/** Seconds by which a time zone's offset may be missed by delay and drift. */
const zoneSlack = 90;

/** `now`: Unix seconds. */
export function examineTimestamp(given: string, now: number): Diagnosis {
  if (given === "") return diagnosis("timestamp", "there is none");
  if (milliseconds.test(given)) return diagnosis("timestamp", "it is in milliseconds: divide it by 1000");
  const behind = Math.round(now - Number(given));
  if (!Number.isFinite(behind))
    return diagnosis("timestamp", `it is ${shown(given, 32)}, which is no number`);
  const off = Math.abs(behind);
  const toZone = Math.abs(off - Math.round(off / halfHour) * halfHour);
  const zone = off <= 14 * 2 * halfHour && toZone <= zoneSlack ? " (perhaps local time in place of UTC)" : "";
  const size = off >= 2 * minute ? `${off} seconds (${spanOf(off)})` : `${off} seconds`;
  if (behind > 0)
    return diagnosis(
      "clock-behind",
      `it is ${size} behind the server's clock, ${timestampTolerance} are allowed: the caller's clock is slow${zone}, or the request has expired, kept back or sent again`,
    );
  return diagnosis(
    "clock-ahead",
    `it is ${size} ahead of the server's clock, ${timestampTolerance} are allowed: one of the two clocks is wrong${zone}`,
  );
}

function spanOf(seconds: number): string {
  const [size, unit] =
    seconds < 2 * 3600
      ? [seconds / minute, "minutes"]
      : seconds < 2 * 86_400
        ? [seconds / 3600, "hours"]
        : [seconds / 86_400, "days"];
  return `about ${Math.round(size)} ${unit}`;
}

/** A request as it came in. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Behind the `?`, as sent. */
  readonly rawQuery: string;
  readonly headers: Headers;
}

/** Why `body_md5` does not fit the body. */
export function examineBody(tenant: Tenant, query: SignedQuery, request: ReceivedRequest): Diagnosis {
  const { method, path, body } = request;
  const { key, signature, texts, bodyMd5 } = query;
  if (bodyMd5 === "") return diagnosis("no-body-md5", "the request has a body, and its query no body_md5");
  const kept = texts.some((text) => tenant.credentials.signed(`${method}\n${path}\n${text}`, key, signature));
  const arrived =
    body === "" ? "no body arrived" : `the body that arrived has ${Buffer.byteLength(body)} bytes`;
  return diagnosis(
    "body-changed",
    kept
      ? `the signature is right for another body, and ${arrived}: it was changed on the way, or signed before it was final`
      : `it is that of another body, and ${arrived}`,
  );
}

/** Why the signature of a request whose body fits is not right. */
export function examineRequest(
  ring: KeyRing,
  { tenant, query }: { readonly tenant: Tenant; readonly query: SignedQuery },
  request: ReceivedRequest,
): Diagnosis {
  const { method, path } = request;
  const expected = query.texts.map((text) => `${method}\n${path}\n${text}`);
  const found = examine(
    ring,
    {
      appId: tenant.app.id,
      credentials: tenant.credentials,
      key: query.key,
      signature: query.signature,
      expected,
    },
    [...mistakesOf(query, request)],
  );
  const meant = JSON.stringify(ring.shown(path, 500));
  const text = `"${method}\\n${meant.slice(1, -1)}\\n${ring.shown(query.texts[0] ?? "", 1_000)}"`;
  return { ...found, message: `${found.message}. It has to be that of ${text}` };
}

function* mistakesOf(query: SignedQuery, request: ReceivedRequest): Generator<Mistake> {
  const { method, path } = request;
  const [text = ""] = query.texts;
  for (const prefix of prefixesOf(request)) {
    const means = `it was made for ${shown(prefix + path)}, and ${shown(path)} arrived: a proxy took ${shown(prefix)} off. Sign the path that begins with /apps/`;
    yield { text: `${method}\n${prefix}${path}\n${text}`, means: diagnosis("path-prefix", means) };
  }
  const rest = path.slice(path.indexOf("/", "/apps/".length));
  for (const [form, what] of [
    [path.slice(1), "without its first slash"],
    [`${path}/`, "with a slash at its end"],
    [path.replace(/\/$/, ""), "without the slash at its end"],
    [rest, "without /apps/{id}"],
  ] as const)
    yield {
      text: `${method}\n${form}\n${text}`,
      means: diagnosis("path-prefix", `it was made for the path ${what}, and ${shown(path)} arrived`),
    };
  for (const other of ["GET", "POST", "PUT", method.toLowerCase()])
    if (other !== method)
      yield {
        text: `${other}\n${path}\n${text}`,
        means: diagnosis("method", `it was made for ${other}, and the request is a ${method}`),
      };
  for (const { form, what } of queriesOf(text, request.rawQuery))
    yield { text: `${method}\n${path}\n${form}`, means: diagnosis("query", what) };
}

/** Where clients and servers are told to live beside an application. */
const usualPrefixes = [
  "/pusher",
  "/ws",
  "/wss",
  "/socket",
  "/realtime",
  "/reverb",
  "/soketi",
  "/api",
  "/broadcasting",
];

/** What a proxy may have taken off the path: it says so itself, or it is one of the usual. */
function prefixesOf({ path, headers }: ReceivedRequest): ReadonlySet<string> {
  const prefixes = new Set<string>();
  const forwarded = headers.get("x-forwarded-prefix");
  if (forwarded !== null) prefixes.add(`/${forwarded.slice(0, 200).replace(/^\/+|\/+$/g, "")}`);
  for (const name of ["x-original-uri", "x-forwarded-uri", "x-original-url"]) {
    const original = headers.get(name)?.split("?")[0]?.slice(0, 1_000);
    if (original?.endsWith(path) === true && original !== path)
      prefixes.add(original.slice(0, original.length - path.length));
  }
  for (const prefix of usualPrefixes) prefixes.add(prefix);
  return prefixes;
}

function queriesOf(text: string, rawQuery: string): readonly { form: string; what: string }[] {
  const sent = rawQuery.split("&").filter((part) => !part.startsWith("auth_signature="));
  return [
    { form: sent.toSorted().join("&"), what: "it was made of escaped values: sign them unescaped" },
    {
      form: sent.join("&"),
      what: "it was made of the query as it was sent: sort the parameters by name, and sign their values unescaped",
    },
    {
      form: text.replace(/(^|&)body_md5=[^&]*/, "").replace(/^&/, ""),
      what: "it was made without body_md5, which is signed too",
    },
    {
      form: text
        .split("&")
        .filter((part) => part.startsWith("auth_") || part.startsWith("body_md5="))
        .join("&"),
      what: "it was made without the other parameters of the query, which are signed too",
    },
  ].filter(({ form }) => form !== text);
}
