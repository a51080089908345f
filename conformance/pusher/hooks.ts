import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { Broken, field } from "../program/verdict.ts";
import { Waiting } from "../program/waiting.ts";

/** One event of a webhook, with the request that brought it. */
export interface Hook {
  readonly name: string;
  readonly channel: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly request: HookRequest;
}

export interface HookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly body: string;
  readonly json: unknown;
}

/** The application's end of webhooks. */
export class Hooks {
  readonly all: Hook[] = [];
  /** Tries that were answered with 500. */
  readonly failed: HookRequest[] = [];
  /** Channels whose next request is answered with 500. */
  readonly toFail = new Set<string>();
  private readonly waiting = new Waiting();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { headers, method = "" } = request;
        const taken = this.take({ headers, method, ...readBody(Buffer.concat(parts).toString()) });
        response.writeHead(taken ? 200 : 500).end();
      });
    });
  }

  /** Listens on `host:port`. */
  static async listen(address: string): Promise<Hooks> {
    const hooks = new Hooks();
    const [, host = "", port = ""] = /^(?:http:\/\/)?(.*):(\d+)\/?$/.exec(address) ?? [];
    if (host === "") throw new Error(`--webhooks takes HOST:PORT, not ${address}`);
    await new Promise<void>((resolve, reject) => {
      hooks.server.once("error", reject);
      hooks.server.listen(Number(port), host, resolve);
    });
    return hooks;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  async first(name: string, channel: string, patience: number): Promise<Hook> {
    const find = (): Hook | undefined => this.all.find((one) => one.name === name && one.channel === channel);
    await this.until(() => find() !== undefined, `the webhook ${name} of ${channel}`, patience);
    const found = find();
    if (found === undefined) throw new Broken("no webhook");
    return found;
  }

  async until(holds: () => boolean, what: string, patience: number): Promise<void> {
    await this.waiting.until(holds, () => `${what} did not come within ${patience / 1000} s`, patience);
  }

  /** How often an event came. */
  count(name: string, channel: string): number {
    return this.all.filter((one) => one.name === name && one.channel === channel).length;
  }

  private take(request: HookRequest): boolean {
    const events = field(request.json, "events");
    const list = Array.isArray(events) ? (events as readonly Readonly<Record<string, unknown>>[]) : [];
    const channels = list.map((event) => String(event["channel"]));
    const failing = channels.find((channel) => this.toFail.delete(channel));
    if (failing !== undefined) {
      this.failed.push(request);
      return false;
    }
    list.forEach((event, i) => {
      this.all.push({ name: String(event["name"]), channel: channels[i] ?? "", event, request });
    });
    this.waiting.wake();
    return true;
  }
}

function readBody(body: string): { readonly body: string; readonly json: unknown } {
  try {
    return { body, json: JSON.parse(body) as unknown };
  } catch {
    return { body, json: undefined };
  }
}
