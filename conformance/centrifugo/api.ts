import { expectSame, expectThat, field, shown } from "../program/verdict.ts";
import { errors } from "./codes.ts";
import type { Target } from "./target.ts";
import { parsed, type Values } from "./wire.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
  readonly type: string;
}

export interface RequestOptions {
  /** Instead of the key's. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly verb?: string;
}

/** The server API (protocol notes, 6). */
export class Api {
  constructor(private readonly target: Target) {}

  /** A request to a path below the server's URL. */
  async request(path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    const { headers = { "x-api-key": this.target.apiKey }, verb = "POST" } = options;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.target.url + path, {
      signal: AbortSignal.timeout(this.target.patience),
      method: verb,
      headers: { "content-type": "application/json", ...headers },
      ...(verb === "GET" ? {} : { body: text }),
    });
    const answer = await response.text();
    return {
      status: response.status,
      text: answer,
      json: parsed(answer),
      type: response.headers.get("content-type") ?? "",
    };
  }

  call(method: string, params: Values, options?: RequestOptions): Promise<Answer> {
    return this.request(`/api/${method}`, params, options);
  }

  /** What the method is answered with; an error is a fault. */
  async ok(method: string, params: Values): Promise<Values> {
    return resultOf(await this.call(method, params), method);
  }

  async refused(method: string, params: Values, code: number): Promise<void> {
    const { status, json } = await this.call(method, params);
    expectSame(status, 200, "the status");
    expectApiError(field(json, "error"), code, method);
  }

  publish(channel: string, data: unknown, more: Values = {}): Promise<Values> {
    return this.ok("publish", { channel, data, ...more });
  }

  /** Publishes so many numbers, from 1 on, one after the other. */
  async publishMany(channel: string, count: number, more: Values = {}): Promise<void> {
    const commands = Array.from({ length: count }, (_, i) => ({
      publish: { channel, data: { n: i + 1 }, ...more },
    }));
    const { json, text } = await this.call("batch", { commands });
    const replies = field(json, "replies");
    expectThat(Array.isArray(replies) && replies.length === count, `batch was answered with ${shown(text)}`);
  }
}

export function resultOf({ status, json, text }: Answer, method: string): Values {
  const result = field(json, "result");
  expectThat(
    status === 200 && typeof result === "object" && result !== null,
    `${method} was answered with ${status} ${shown(text)}`,
  );
  return result as Values;
}

/** Messages of the server API's errors are those of the client protocol, with 104 as `not found`. */
export function expectApiError(error: unknown, code: number, what: string): void {
  const message = code === 104 ? "not found" : errors[code]?.[0];
  expectThat(typeof error === "object" && error !== null, `${what} has no error: ${shown(error)}`);
  expectSame(field(error, "code"), code, `the error of ${what}`);
  expectSame(field(error, "message"), message, `the message of ${what}'s error`);
}
