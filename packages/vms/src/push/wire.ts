// From what a publisher says to what stands on the wire, in the one form that both old mobile apps and our client
// decode (pusher-protocol 8.11): always subject and message, objects never `[]`, ids as numbers, dates in UTC with
// six fraction digits, texts of enumerations from their lists, an archive's link in both fields.
import { InvalidEventError, validate } from "@twinwire/events";
import type { Wire } from "@twinwire/events";

import { isRecord } from "../models/field.ts";
import { camelKey, snakeCased } from "../models/wire-names.ts";
import type { AppPushInput } from "./app-push.ts";
import { appWire, intercomWire, sentAppPushes, sentIntercomPushes } from "./catalogue.ts";
import type { AppPushMeta } from "./catalogue.ts";
import type { IntercomPushInput } from "./intercom-push.ts";
import type { VMSAppSocketType, VMSIntercomPushTypes } from "./push-types.ts";

/** What a result of `validate` holds, or an error that names the faults as the caller spelt the fields. */
function accepted<Data>(
  type: string,
  result:
    | { readonly ok: true; readonly data: Data }
    | { readonly ok: false; readonly issues: readonly { readonly path: string; readonly message: string }[] },
): Data {
  if (result.ok) return result.data;
  throw new InvalidEventError(
    type,
    result.issues.map(({ path, message }) => ({ path: camelKey(path), message })),
  );
}

/** Both fields of the link, and the status of a failure; either may be given alone. */
function wholeArchive(
  data: unknown,
  meta: AppPushMeta,
): { readonly data: unknown; readonly meta: AppPushMeta } {
  if (!isRecord(data)) return { data, meta };
  const download = isRecord(data["download"]) ? data["download"] : undefined;
  const url = data["url"] ?? download?.["url"] ?? null;
  if (url === null) return { data: { ...data, url }, meta: { ...meta, status: meta.status ?? "error" } };
  return { data: { ...data, url, download: { ...download, url: download?.["url"] ?? url } }, meta };
}

/**
 * The wire form of an app push. An archive's link needs one of its two fields; without a link it says that making
 * the archive failed.
 *
 * @throws InvalidEventError when the payload does not fit; the paths are in the caller's spelling.
 */
export function appPushWire<Type extends VMSAppSocketType>(
  type: Type,
  data: AppPushInput<Type>,
  meta: AppPushMeta = {},
): Wire {
  const payload = snakeCased(data);
  const whole = type === "archive_generated" ? wholeArchive(payload, meta) : { data: payload, meta };
  return appWire(type, accepted(type, validate(sentAppPushes, type, whole.data)), whole.meta);
}

/**
 * The wire form of an intercom push. The notification gets an id of its own where none is given.
 *
 * @throws InvalidEventError when the fields do not fit; the paths are in the caller's spelling.
 */
export function intercomPushWire<Type extends VMSIntercomPushTypes>(
  type: Type,
  fields: IntercomPushInput<Type>,
): Wire {
  const payload = snakeCased(fields);
  const named = isRecord(payload) ? { id: crypto.randomUUID(), ...payload } : payload;
  const whole = accepted(type, validate(sentIntercomPushes, type, named));
  return intercomWire(type, { ...whole });
}
