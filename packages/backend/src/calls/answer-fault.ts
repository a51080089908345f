import type { ApiAnswer } from "./caller.ts";
import { retryAfter } from "./pause.ts";
import type { PublishFault } from "./publish-fault.ts";

/**
 * What a status other than 2xx says, in the server's own words: Caller cuts them to what an error may hold.
 *
 * @param known what the API itself says of it in its body
 */
export function statusFault(
  answer: ApiAnswer,
  known: { readonly code?: number; readonly reason: string | undefined },
): PublishFault {
  const { status, headers } = answer;
  const reason = known.reason ?? answer.text;
  const code = known.code === undefined ? {} : { code: known.code };
  if (status === 401) return { kind: "unauthorized", status, reason };
  if (status === 413) return { kind: "too-large", status, reason };
  if (status === 408 || status === 429 || status >= 500) {
    const pause = retryAfter(headers, Date.now());
    return {
      kind: "unavailable",
      status,
      ...code,
      reason,
      ...(pause === undefined ? {} : { retryAfter: pause }),
    };
  }
  if (status >= 400) return { kind: "refused", status, ...code, reason };
  const target = headers.get("location");
  const redirect = target === null ? "no status that this API has" : `a redirect to ${place(target)}`;
  return { kind: "unexpected-answer", status, reason: redirect };
}

export function foreignAnswer({ status, text }: ApiAnswer): PublishFault {
  return { kind: "unexpected-answer", status, reason: text };
}

/** Without its query: a server that redirects repeats the signature in it. */
function place(location: string): string {
  return location.replace(/[?#].*$/s, "");
}
