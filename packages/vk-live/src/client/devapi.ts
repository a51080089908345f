import * as v from "valibot";

import { channelRecord, type ChannelRecord } from "../catalogue/channel-record.ts";
import type { DevApiRequest, RequestFault } from "./fault.ts";

/** The user's or application's access token, or how to get it; asked before every request. */
export type AccessToken = string | (() => string | Promise<string>);

export interface DevApiOptions {
  readonly token: AccessToken;
  /** Origin of the DevAPI, may have a path: what stands before `/v1/…`. */
  readonly api: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Milliseconds that one request may take. */
  readonly timeout: number;
}

export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: RequestFault };

const tokenAnswer = v.looseObject({ data: v.looseObject({ token: v.pipe(v.string(), v.nonEmpty()) }) });
const tokensAnswer = v.looseObject({
  data: v.looseObject({
    channel_tokens: v.nullish(
      v.array(v.looseObject({ channel: v.string(), token: v.nullish(v.string()) })),
      [],
    ),
  }),
});
/** What a header can carry. */
const bearerText = /^[\x21-\x7e]+$/;
const channelAnswer = v.looseObject({ data: channelRecord });

function faultOf(request: DevApiRequest, status: number, message: string): RequestFault {
  if (status === 401) return { kind: "unauthorized", request, message };
  if (status === 403) return { kind: "forbidden", request, message };
  if (status === 404) return { kind: "not-found", request, message };
  return { kind: "unavailable", request, status, message };
}

const refusal = v.looseObject({ error: v.nullish(v.string()), error_description: v.nullish(v.string()) });

/** What the body of a refusal says, or its status where it says nothing. */
function messageOf(body: unknown, status: number): string {
  const said = v.safeParse(refusal, body);
  const text = said.success ? (said.output.error_description ?? said.output.error) : undefined;
  return text ?? `HTTP ${status}`;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** As a part of a URL, which has no place for half a character. */
export const inUrl = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The three questions of the DevAPI that the socket needs. Every failure is a value. */
export class DevApi {
  readonly #options: DevApiOptions;
  readonly #base: string;
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  constructor(options: DevApiOptions) {
    this.#options = options;
    this.#base = options.api.replace(/\/+$/, "");
  }

  /** `GET /v1/websocket/token`: what to connect with. */
  async connectionToken(): Promise<Answer<string>> {
    const answer = await this.#get("connection-token", "/v1/websocket/token", tokenAnswer);
    return answer.ok ? { ok: true, value: answer.value.data.token } : answer;
  }

  /** `GET /v1/websocket/subscription_token`: name → token, without the names that this user has no access to. */
  async subscriptionTokens(names: readonly string[]): Promise<Answer<ReadonlyMap<string, string>>> {
    const channels = names.map(inUrl).join(",");
    const path = `/v1/websocket/subscription_token?channels=${channels}`;
    const answer = await this.#get("subscription-token", path, tokensAnswer);
    if (!answer.ok) return answer;
    const tokens = new Map<string, string>();
    for (const { channel, token } of answer.value.data.channel_tokens) if (token) tokens.set(channel, token);
    return { ok: true, value: tokens };
  }

  /** `GET /v1/channel`: who streams, and on which channels. */
  async channel(slug: string): Promise<Answer<ChannelRecord>> {
    const path = `/v1/channel?channel_url=${inUrl(slug)}`;
    const answer = await this.#get("channel", path, channelAnswer);
    return answer.ok ? { ok: true, value: answer.value.data } : answer;
  }

  /** Gives up what is being asked, and asks nothing any more. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#open) controller.abort();
  }

  async #get<Schema extends v.GenericSchema>(
    request: DevApiRequest,
    path: string,
    schema: Schema,
  ): Promise<Answer<v.InferOutput<Schema>>> {
    const controller = new AbortController();
    this.#open.add(controller);
    const { timeout } = this.#options;
    const timer = setTimeout(() => {
      controller.abort(new Error(`no answer within ${timeout} ms`));
    }, timeout);
    if (this.#isClosed) controller.abort();
    try {
      return await this.#answer({ request, path, signal: controller.signal }, schema);
    } finally {
      clearTimeout(timer);
      this.#open.delete(controller);
    }
  }

  async #answer<Schema extends v.GenericSchema>(
    { request, path, signal }: { request: DevApiRequest; path: string; signal: AbortSignal },
    schema: Schema,
  ): Promise<Answer<v.InferOutput<Schema>>> {
    let bearer: string;
    try {
      bearer = await unlessAborted(signal, () => this.#bearer());
    } catch (cause) {
      return { ok: false, fault: { kind: "token", request, cause } };
    }
    let status: number;
    let body: unknown;
    try {
      ({ status, body } = await unlessAborted(signal, () => this.#fetched(path, bearer, signal)));
    } catch (cause) {
      return { ok: false, fault: { kind: "unreachable", request, cause } };
    }
    if (status !== 200) return { ok: false, fault: faultOf(request, status, messageOf(body, status)) };
    const parsed = v.safeParse(schema, body);
    if (parsed.success) return { ok: true, value: parsed.output };
    const [issue] = parsed.issues;
    const where = v.getDotPath(issue) ?? "";
    return {
      ok: false,
      fault: { kind: "unexpected-answer", request, path: where, message: issue.message },
    };
  }

  async #bearer(): Promise<string> {
    const { token } = this.#options;
    const given: unknown = typeof token === "function" ? await token() : token;
    // One that was read from a file ends in a line feed.
    const bearer = typeof given === "string" ? given.trim() : "";
    // Checked here, since an error of `fetch` would repeat it.
    if (bearerText.test(bearer)) return bearer;
    throw new TypeError("token: what was given is empty, or is not what a header can carry");
  }

  async #fetched(
    path: string,
    bearer: string,
    signal: AbortSignal,
  ): Promise<{ status: number; body: unknown }> {
    // Called by its name, since a browser's fetch refuses to be another object's method.
    const fetch = this.#options.fetch ?? globalThis.fetch;
    const headers = { authorization: `Bearer ${bearer}`, accept: "application/json" };
    const response = await fetch(this.#base + path, { headers, signal });
    return { status: response.status, body: await bodyOf(response) };
  }
}

/** What is done, or the signal's reason: neither the application's function nor its fetch has to heed a signal. */
function unlessAborted<T>(signal: AbortSignal, doing: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
    doing().then(resolve, reject);
  });
}
