import { boundedBytes } from "../http/bounded-bytes.ts";
import type { CallbackRequest } from "./endpoint.ts";

/** What came of one POST. */
export type Posted =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "failed"; readonly failure: PostFailure; readonly detail: string };

export type PostFailure = "timeout" | "no-answer" | "too-large" | "stopped";

export interface PostTerms {
  /** Milliseconds until the whole answer has to be there. */
  readonly timeout: number;
  readonly abort: AbortSignal;
  /** Bytes of an answer that is read; 0 = none of it is, the status tells all. */
  readonly answerLimit: number;
}

/**
 * One POST. Never rejects, and ends soon after `abort` fires. Redirects are not followed: they would lead bodies and
 * headers to wherever an endpoint says. Nothing is decompressed: a small answer cannot become a large one.
 */
export async function post(request: CallbackRequest, terms: PostTerms): Promise<Posted> {
  const { timeout, abort, answerLimit } = terms;
  const limit = new AbortController();
  const stop = (): void => {
    limit.abort();
  };
  const timer = setTimeout(stop, timeout);
  abort.addEventListener("abort", stop);
  try {
    if (abort.aborted) return stopped;
    const { url, tls, headers, body } = request;
    const response = await fetch(url, {
      method: "POST",
      headers: answerLimit === 0 ? headers : { "accept-encoding": "identity", ...headers },
      body,
      redirect: "manual",
      signal: limit.signal,
      decompress: false,
      ...(tls === undefined ? {} : { tls }),
    });
    const text = await read(response, answerLimit);
    if (text !== undefined) return { kind: "answered", status: response.status, text };
    return { kind: "failed", failure: "too-large", detail: `an answer of more than ${answerLimit} bytes` };
  } catch (cause) {
    if (abort.aborted) return stopped;
    if (limit.signal.aborted)
      return { kind: "failed", failure: "timeout", detail: `no answer within ${timeout} ms` };
    return { kind: "failed", failure: "no-answer", detail: causeText(cause) };
  } finally {
    clearTimeout(timer);
    abort.removeEventListener("abort", stop);
  }
}

const stopped: Posted = { kind: "failed", failure: "stopped", detail: "the server stops" };

/** Undefined where there is more of it than the limit. */
async function read(response: Response, limit: number): Promise<string | undefined> {
  const body = response.body as ReadableStream<Uint8Array> | null;
  if (body === null) return "";
  if (limit === 0) {
    // Not waited for: whatever becomes of the body, the answer has been given.
    body.cancel().catch(() => undefined);
    return "";
  }
  return (await boundedBytes(body, limit))?.toString("utf8");
}

/** The code alone: messages of the runtime name addresses, which may hold secrets. */
function causeText(cause: unknown): string {
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "failed";
}
