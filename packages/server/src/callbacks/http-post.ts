import type { Failure, Send, Verdict } from "./endpoint.ts";

/**
 * Makes a try over HTTP. Only 2xx is a success, told by the status alone: a body, however long, is not read. Redirects
 * are not followed: they would lead signed bodies to wherever an endpoint says.
 */
export function httpPost(timeout: number): Send {
  return async ({ url, headers, body }, abort) => {
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
    }, timeout);
    const stop = (): void => {
      limit.abort();
    };
    abort.addEventListener("abort", stop);
    try {
      if (abort.aborted) return failed("stopped", "the server stops");
      const response = await fetch(url, {
        method: "POST",
        headers,
        body,
        redirect: "manual",
        signal: limit.signal,
        // Nothing of it is read.
        decompress: false,
      });
      // Not waited for: whatever becomes of the body, the answer has been given.
      response.body?.cancel().catch(() => undefined);
      return verdictOf(response.status);
    } catch (cause) {
      if (abort.aborted) return failed("stopped", "the server stops");
      if (limit.signal.aborted) return failed("timeout", `no answer within ${timeout} ms`);
      return failed("no-answer", causeText(cause));
    } finally {
      clearTimeout(timer);
      abort.removeEventListener("abort", stop);
    }
  };
}

function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return { kind: "delivered" };
  return failed(failureOf(status), `status ${status}`);
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function failureOf(status: number): Failure {
  if (redirects.has(status)) return "redirect";
  if (status >= 300 && status < 400) return "status-3xx";
  if (status >= 400 && status < 500) return "status-4xx";
  return status >= 500 && status < 600 ? "status-5xx" : "status-other";
}

function failed(failure: Failure, detail: string): Verdict {
  return { kind: "failed", failure, detail };
}

/** The code alone: messages of the runtime name addresses, which may hold secrets. */
function causeText(cause: unknown): string {
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "failed";
}
