import { md5Hex, requestSignature, type AppKeys } from "./target.ts";
import { expectThat } from "../program/verdict.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
  readonly type: string;
}

/** How a request differs from a right one. */
export interface Twist {
  readonly query?: Readonly<Record<string, string>>;
  /** Parameters of the signature, changed before it is made; undefined leaves one out. */
  readonly signed?: Readonly<Record<string, string | undefined>>;
  /** Changed after the signature was made; undefined leaves one out. */
  readonly unsigned?: Readonly<Record<string, string | undefined>>;
  /** The query as it stands in the URL. */
  readonly writeQuery?: (parameters: ReadonlyMap<string, string>) => string;
  readonly secret?: string;
  /** Sent instead of the body that was signed. */
  readonly sentBody?: string;
  readonly sentMethod?: string;
  readonly sentPath?: string;
}

/** The HTTP API of one app, as a server library calls it (section 3). */
export class Api {
  constructor(
    private readonly url: string,
    private readonly app: AppKeys,
  ) {}

  get(path: string, query: Readonly<Record<string, string>> = {}, twist: Twist = {}): Promise<Answer> {
    return this.call("GET", path, "", { ...twist, query });
  }

  post(path: string, body: unknown, twist: Twist = {}): Promise<Answer> {
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    return this.call("POST", path, text, twist);
  }

  /** Publishes an event, which has to be taken. */
  async publish(
    channels: string | readonly string[],
    name: string,
    data: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    const to = typeof channels === "string" ? { channel: channels } : { channels };
    const { status, text, json } = await this.post("/events", { name, data, ...to, ...more });
    expectThat(status === 200, `the event was answered with ${status}: ${text.slice(0, 200)}`);
    return json;
  }

  private async call(method: string, path: string, body: string, twist: Twist): Promise<Answer> {
    const full = `/apps/${this.app.id}${path}`;
    const parameters = new Map<string, string>(Object.entries(twist.query ?? {}));
    parameters.set("auth_key", this.app.key);
    parameters.set("auth_timestamp", String(Math.floor(Date.now() / 1000)));
    parameters.set("auth_version", "1.0");
    if (body !== "") parameters.set("body_md5", md5Hex(body));
    change(parameters, twist.signed);
    const secret = twist.secret ?? this.app.secret;
    parameters.set("auth_signature", requestSignature(secret, { method, path: full, parameters }));
    change(parameters, twist.unsigned);
    const query = (twist.writeQuery ?? written)(parameters);
    const sent = twist.sentBody ?? body;
    const response = await fetch(`${this.url}${twist.sentPath ?? full}?${query}`, {
      method: twist.sentMethod ?? method,
      headers: { "content-type": "application/json" },
      ...(sent === "" ? {} : { body: sent }),
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      json: parsed(text),
      type: response.headers.get("content-type") ?? "",
    };
  }
}

function written(parameters: ReadonlyMap<string, string>): string {
  return [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

function change(
  parameters: Map<string, string>,
  by: Readonly<Record<string, string | undefined>> = {},
): void {
  for (const [name, value] of Object.entries(by)) {
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
