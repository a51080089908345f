/** `fetch`, as far as it is needed here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How the application is asked. */
export interface RequestOptions {
  /** @default the global `fetch` */
  readonly fetch?: Fetch;
  /**
   * Milliseconds after which an unanswered request has failed.
   * @default 10_000
   */
  readonly requestTimeout?: number;
}

export type Answer =
  | { readonly kind: "answered"; readonly status: number; readonly body: unknown }
  | { readonly kind: "unanswered"; readonly cause: unknown };

// Called as a method of nothing: browsers refuse their own fetch with another `this`.
const globalFetch: Fetch = (url, init) => fetch(url, init);

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Asks the application, and reads its answer as JSON (`undefined` where it is none). Never rejects. */
export async function ask(
  url: string,
  init: RequestInit,
  options: RequestOptions & { readonly signal?: AbortSignal },
): Promise<Answer> {
  const { fetch: send = globalFetch, requestTimeout = 10_000, signal } = options;
  // By hand, since AbortSignal.any is not in every runtime that is supported.
  const control = new AbortController();
  const abort = () => {
    control.abort(signal?.reason);
  };
  const timer = setTimeout(() => {
    control.abort(new Error(`no answer within ${requestTimeout} ms`));
  }, requestTimeout);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) abort();
  try {
    const response = await send(url, { ...init, signal: control.signal });
    return { kind: "answered", status: response.status, body: jsonIn(await response.text()) };
  } catch (cause) {
    return { kind: "unanswered", cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
