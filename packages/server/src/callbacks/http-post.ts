import type { Failure, Send, Verdict } from "./endpoint.ts";
import { post } from "./post.ts";

/** Makes a try over HTTP. Only 2xx is a success, told by the status alone: a body, however long, is not read. */
export function httpPost(timeout: number): Send {
  return async (request, abort) => {
    const posted = await post(request, { timeout, abort, answerLimit: 0 });
    if (posted.kind === "answered") return verdictOf(posted.status);
    // Nothing of an answer is read that could be too large.
    return failed(posted.failure === "too-large" ? "no-answer" : posted.failure, posted.detail);
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
