import { md5Hex } from "../../../secrets/md5.ts";
import { timestampTolerance } from "../settings.ts";
import type { Tenant } from "../tenant.ts";
import { ApiFault } from "./answer.ts";
import type { SignedQuery } from "./signed-query.ts";

const digits = /^\d{1,12}$/;

/** What a request shows before its body is read: a key of this app, and a clock about right (protocol notes, 3.2). */
export function checkClaim(tenant: Tenant, { key, version, timestamp }: SignedQuery): ApiFault | undefined {
  if (!tenant.credentials.has(key)) return unauthorized("auth_key is no key of this app");
  if (version !== "1.0") return unauthorized("auth_version is 1.0");
  if (!digits.test(timestamp)) return unauthorized("auth_timestamp is in Unix seconds");
  const now = tenant.around.clock.now() / 1000;
  if (Math.abs(now - Number(timestamp)) <= timestampTolerance) return undefined;
  return unauthorized(`auth_timestamp is more than ${timestampTolerance} seconds from the server's clock`);
}

/** What was signed besides the query. */
export interface SignedRequest {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  readonly body: string;
}

/** Whether the app's back end has signed the request, body and all. */
export function checkSignature(
  tenant: Tenant,
  query: SignedQuery,
  { method, path, body }: SignedRequest,
): ApiFault | undefined {
  if (!bodyFits(query, body))
    return unauthorized("body_md5 is the lower-case hex MD5 of the body's bytes, which are UTF-8");
  const { credentials, around } = tenant;
  const { key, signature, texts } = query;
  for (const signedPath of path.includes("%") ? [path, decoded(path)] : [path])
    for (const text of texts)
      if (credentials.signed(`${method}\n${signedPath}\n${text}`, key, signature)) return undefined;
  const hint = around.verbose
    ? `: it has to be that of ${JSON.stringify(`${method}\n${path}\n${texts[0] ?? ""}`)}`
    : "";
  return unauthorized(`auth_signature is not right${hint}`);
}

/** Where a client library escapes the path on its way out, it has signed it before. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The MD5 is due where there is a body. It is signed itself, so that here nothing is secret. */
function bodyFits({ bodyMd5 }: SignedQuery, body: string): boolean {
  if (body === "" && bodyMd5 === "") return true;
  // Reading a body as text takes a byte order mark off.
  return md5Hex(body) === bodyMd5 || md5Hex(`\ufeff${body}`) === bodyMd5;
}

function unauthorized(message: string): ApiFault {
  return new ApiFault("unauthorized", message);
}
