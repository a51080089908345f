import { passes, PublishError, type PublishFault } from "./publish-fault.ts";
import type { CallSettings } from "./publisher-options.ts";
import { pauseBefore, type Waiting } from "./pause.ts";

/** One request, made anew for each try: a signature is good for some minutes only. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  /** Without query, as errors show it. */
  readonly url: string;
  /** Behind the `?`; empty where there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What came back, whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: PublishFault };

export interface Call<T> {
  readonly request: () => ApiRequest;
  /** Tells the answer from a fault. */
  readonly read: (answer: ApiAnswer) => Read<T>;
}

/** Characters of an answer that an error repeats. */
const longestReason = 300;

/** Calls an HTTP API, as often as it takes and the settings allow. */
export class Caller {
  constructor(
    private readonly settings: CallSettings,
    private readonly waiting: Waiting,
    /** What no error may hold, even where a server repeats it. */
    private readonly secrets: readonly string[],
  ) {}

  /** Rejects with a PublishError, and with what is wrong in the caller's own input. */
  async call<T>({ request, read }: Call<T>): Promise<T> {
    for (let attempts = 1; ; attempts += 1) {
      const made = request();
      const result = await this.attempt(made, read);
      if (result.ok) return result.value;
      const fault = this.presentable(result.fault, made);
      const pause =
        attempts <= this.settings.retries && passes(fault)
          ? pauseBefore(attempts, fault, { ...this.settings, random: this.waiting.random })
          : undefined;
      if (pause === undefined) throw new PublishError(fault, attempts, `${made.method} ${made.url}`);
      await this.waiting.sleep(pause);
    }
  }

  /** Secrets go first: half of one at the cut would not be found any more. */
  private presentable(fault: PublishFault, { query }: ApiRequest): PublishFault {
    const secrets = [...this.secrets, ...new URLSearchParams(query).getAll("auth_signature")];
    const shown = (text: string): string => {
      const line = secrets.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
      return excerpt(line.replace(/\s+/g, " ").trim());
    };
    if (fault.kind === "unreachable")
      return { ...fault, cause: { ...fault.cause, message: shown(fault.cause.message) } };
    return fault.kind === "timeout" ? fault : { ...fault, reason: shown(fault.reason) };
  }

  private async attempt<T>(made: ApiRequest, read: Call<T>["read"]): Promise<Read<T>> {
    const { timeout, fetch } = this.settings;
    const { method, url, query, headers, body } = made;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      stop.abort();
    }, timeout);
    let answer: ApiAnswer;
    try {
      const response = await fetch(query === "" ? url : `${url}?${query}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        // Key and signature are for this server, and not for wherever it points to.
        redirect: "manual",
        signal: stop.signal,
      });
      answer = { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      const fault: PublishFault = stop.signal.aborted
        ? { kind: "timeout", after: timeout }
        : { kind: "unreachable", cause: causeOf(cause, query) };
      return { ok: false, fault };
    } finally {
      clearTimeout(timer);
    }
    return read(answer);
  }
}

function excerpt(line: string): string {
  if (line === "") return "the answer is empty";
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
}

/**
 * What a runtime says of a failed request, without the request itself: its errors may show the whole URL, signature and
 * all, in their fields. Node tells the reason in the error's cause, Bun in the error.
 */
function causeOf(thrown: unknown, query: string): { readonly code?: string; readonly message: string } {
  const errors = [thrown instanceof Error ? thrown.cause : undefined, thrown].filter(
    (one) => one instanceof Error,
  );
  const code = errors
    .map((one) => ("code" in one ? one.code : undefined))
    .find((one) => typeof one === "string");
  const said = errors.map(({ message }) => message).find((message) => message !== "") ?? "unknown reason";
  const message = query === "" ? said : said.replaceAll(query, "…");
  if (code === undefined) return { message };
  return { code, message: message.includes(code) ? message : `${code}: ${message}` };
}
