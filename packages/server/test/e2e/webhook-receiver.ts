import { pusherSigner } from "../clients.ts";
import type { AppKeys } from "../clients.ts";
import { Events } from "../events.ts";
import { keys } from "../server.ts";

/** An event of a webhook, as the application's back end reads it. */
export type Told = Readonly<Record<string, unknown>> & { readonly name: string; readonly channel: string };

export interface Received {
  readonly events: readonly Told[];
  readonly ids: readonly string[];
  readonly headers: Headers;
  /** What the official package says of it. */
  readonly valid: boolean;
  readonly time: Date;
}

type Answer = (received: Received, index: number) => Response | Promise<Response>;

const taken: Answer = () => new Response("ok");

/** An application's back end that is told by webhooks, and reads them with the official package. */
export class WebhookReceiver implements AsyncDisposable {
  readonly requests = new Events<Received>();
  /** Of requests that were answered with 2xx, in order. */
  readonly events = new Events<Told>();
  private readonly server: Bun.Server<undefined>;

  constructor(
    private readonly answer: Answer = taken,
    private readonly app: AppKeys = keys.app,
  ) {
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      fetch: async (request) => this.receive(request),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/hooks`;
  }

  /** Names and channels of what it took. */
  get story(): string[] {
    return this.events.all.map(({ name, channel }) => `${name} ${channel}`);
  }

  event(name: string, channel: string): Promise<Told> {
    return this.events.first((one) => one.name === name && one.channel === channel);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async receive(request: Request): Promise<Response> {
    const rawBody = await request.text();
    const webhook = pusherSigner(this.app).webhook({
      headers: Object.fromEntries(request.headers),
      rawBody,
    });
    const received: Received = {
      events: webhook.getEvents() as unknown as readonly Told[],
      ids: (request.headers.get("x-twinwire-event-ids") ?? "").split(","),
      headers: request.headers,
      valid: webhook.isValid(),
      time: webhook.getTime(),
    };
    const index = this.requests.all.length;
    this.requests.push(received);
    const response = await this.answer(received, index);
    if (response.ok) for (const event of received.events) this.events.push(event);
    return response;
  }
}
