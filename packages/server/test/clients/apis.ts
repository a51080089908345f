import type PusherServer from "pusher";
import { keys } from "../server.ts";
import type { AppKeys } from "./client.ts";
import { pusherSigner } from "./pusher-client.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

async function answerOf(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, text, body };
}

/** The Pusher HTTP API, signed by the official package. */
export class PusherApi {
  readonly sdk: PusherServer;

  constructor(
    private readonly port: number,
    private readonly app: AppKeys = keys.app,
  ) {
    this.sdk = pusherSigner(app, port);
  }

  /** As any back end publishes. The package refuses some names that the server takes: those go by `post`. */
  async publish(channel: string, event: string, data: unknown, more: object = {}): Promise<ApiAnswer> {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    return this.post("/events", JSON.stringify({ name: event, data: text, channels: [channel], ...more }));
  }

  /** Posts a body as it is. */
  async post(path: string, body: string): Promise<ApiAnswer> {
    const full = `/apps/${encodeURIComponent(this.app.id)}${path}`;
    const query = this.sdk.createSignedQueryString({ method: "POST", path: full, body });
    const headers = { "content-type": "application/json" };
    return answerOf(
      await fetch(`http://127.0.0.1:${this.port}${full}?${query}`, { method: "POST", body, headers }),
    );
  }

  async get(path: string, params: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    const full = `/apps/${encodeURIComponent(this.app.id)}${path}`;
    const query = this.sdk.createSignedQueryString({ method: "GET", path: full, params });
    return answerOf(await fetch(`http://127.0.0.1:${this.port}${full}?${query}`));
  }
}

/** Centrifugo's server API. */
export class CentrifugoApi {
  constructor(
    private readonly port: number,
    private readonly key: string = keys.apiKey,
    /** Key of the app that is meant; the first where absent. */
    private readonly app?: string,
  ) {}

  async call(method: string, parameters: unknown): Promise<ApiAnswer> {
    return this.post(method, JSON.stringify(parameters));
  }

  /** Posts a body as it is. */
  async post(method: string, body: string): Promise<ApiAnswer> {
    const query = this.app === undefined ? "" : `?app=${encodeURIComponent(this.app)}`;
    const headers = { "content-type": "application/json", "x-api-key": this.key };
    return answerOf(
      await fetch(`http://127.0.0.1:${this.port}/api/${method}${query}`, { method: "POST", body, headers }),
    );
  }

  async publish(channel: string, data: unknown, more: object = {}): Promise<ApiAnswer> {
    return this.call("publish", { channel, data, ...more });
  }

  /** `result` of a method that has to succeed. */
  async result<T>(method: string, parameters: unknown): Promise<T> {
    const { text, body } = await this.call(method, parameters);
    if (typeof body !== "object" || body === null || !("result" in body))
      throw new Error(`${method}: ${text}`);
    return body.result as T;
  }

  /** The error's code of a method that has to fail; 0 where it did not. */
  async error(method: string, parameters: unknown): Promise<number> {
    const { body } = await this.call(method, parameters);
    const error: unknown = (body as { error?: unknown } | undefined)?.error;
    return typeof error === "object" && error !== null && "code" in error ? Number(error.code) : 0;
  }
}
