/** What came back. */
export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Headers;
  /** Its beginning. */
  readonly text: string;
  /** Unix milliseconds halfway between asking and the answer, by this machine's clock. */
  readonly at: number;
  /** Milliseconds until the answer's head was there. */
  readonly took: number;
}

/** Nothing came back. */
export interface NoAnswer {
  readonly kind: "none";
  /** The runtime's code, `timeout`, or what it said. */
  readonly code: string;
}

export interface ProbeOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds, to the end of the answer; of one that takes longer, what has come by then is read. */
  readonly timeout: number;
  readonly now: () => number;
  /** Whoever answers is good, to see whether somebody does. */
  readonly anyCertificate?: boolean;
}

/** What is read of an answer, in bytes: a server that never ends its answer is not waited for. */
const readLimit = 64 * 1024;

/** One GET that follows no redirect. */
export async function probe(url: string, options: ProbeOptions): Promise<HttpAnswer | NoAnswer> {
  const { timeout, now, anyCertificate = false } = options;
  const end = new AbortController();
  const timer = setTimeout(() => {
    end.abort();
  }, timeout);
  const start = now();
  try {
    const response = await fetch(url, {
      // Nobody's idea of compression is to keep the answer from being read.
      headers: { "accept-encoding": "identity", ...options.headers },
      decompress: false,
      redirect: "manual",
      signal: end.signal,
      ...(anyCertificate ? { tls: { rejectUnauthorized: false } } : {}),
    });
    const took = now() - start;
    // What has been upgraded is no answer that ends.
    const text = response.status === 101 ? "" : await beginning(response);
    const { status, headers: answered } = response;
    return { kind: "answer", status, headers: answered, text, at: start + took / 2, took };
  } catch (cause) {
    return { kind: "none", code: end.signal.aborted ? "timeout" : codeOf(cause) };
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}

async function beginning(response: Response): Promise<string> {
  const { body } = response;
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > readLimit) break;
    }
  } catch {
    // It was cut off, or takes too long: what has come says who answers.
  }
  return text;
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

/** The JSON object that an answer is; undefined where it is anything else. */
export function jsonOf({ text }: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
