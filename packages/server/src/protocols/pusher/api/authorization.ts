import { md5Hex } from "../../../secrets/md5.ts";
import type { Diagnosis } from "../doctor/diagnosis.ts";
import type { KeyRing } from "../doctor/key-ring.ts";
import {
  examineBody,
  examineKey,
  examineRequest,
  examineTimestamp,
  examineVersion,
  type ReceivedRequest,
} from "../doctor/request.ts";
import { timestampTolerance } from "../settings.ts";
import type { Tenant } from "../tenant.ts";
import { ApiFault } from "./answer.ts";
import type { SignedQuery } from "./signed-query.ts";

const digits = /^\d{1,12}$/;

/** What a request shows before its body is read: a key of this app, and a clock about right (protocol notes, 3.2). */
export function checkClaim(tenant: Tenant, { key, version, timestamp }: SignedQuery): ApiFault | undefined {
  if (!tenant.credentials.has(key))
    return unauthorized(tenant, "auth_key is no key of this app", (ring) => examineKey(ring, tenant, key));
  if (version !== "1.0") return unauthorized(tenant, "auth_version is 1.0", () => examineVersion(version));
  const now = tenant.around.clock.now() / 1000;
  if (!digits.test(timestamp))
    return unauthorized(tenant, "auth_timestamp is in Unix seconds", () => examineTimestamp(timestamp, now));
  if (Math.abs(now - Number(timestamp)) <= timestampTolerance) return undefined;
  const far = `auth_timestamp is more than ${timestampTolerance} seconds from the server's clock`;
  return unauthorized(tenant, far, () => examineTimestamp(timestamp, now));
}

/** Whether the app's back end has signed the request, body and all. */
export function checkSignature(
  tenant: Tenant,
  query: SignedQuery,
  request: ReceivedRequest,
): ApiFault | undefined {
  const { method, path, body } = request;
  if (!bodyFits(query, body)) {
    const plain = "body_md5 is the lower-case hex MD5 of the body's bytes, which are UTF-8";
    return unauthorized(tenant, plain, () => examineBody(tenant, query, request));
  }
  const { key, signature, texts } = query;
  for (const signedPath of path.includes("%") ? [path, decoded(path)] : [path])
    for (const text of texts)
      if (tenant.credentials.signed(`${method}\n${signedPath}\n${text}`, key, signature)) return undefined;
  return unauthorized(tenant, "auth_signature is not right", (ring) =>
    examineRequest(ring, { tenant, query }, request),
  );
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

function unauthorized(tenant: Tenant, plain: string, why: (ring: KeyRing) => Diagnosis): ApiFault {
  return new ApiFault("unauthorized", tenant.around.doctor.explain("pusher-api", plain, why));
}
