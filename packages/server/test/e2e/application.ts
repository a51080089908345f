import { Events } from "../events.ts";

type Body = Readonly<Record<string, unknown>>;

/** A call of a proxy, as the application's back end gets it. */
export interface Call {
  /** Path of the endpoint, without its slash: by it the tests tell proxies apart. */
  readonly proxy: string;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
}

type Answer = (call: Call) => unknown;

/** An application's back end that answers proxies: with what is given for each, a `Response` as it is, else as JSON. */
export class Application implements AsyncDisposable {
  readonly calls = new Events<Call>();
  readonly answers = new Map<string, Answer>();
  private readonly server: Bun.Server<undefined>;

  constructor(
    answers: Readonly<Record<string, Answer | object>> = {},
    private readonly tls?: Bun.TLSOptions,
  ) {
    for (const [proxy, answer] of Object.entries(answers)) this.on(proxy, answer);
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      ...(tls === undefined ? {} : { tls }),
      fetch: async (request) => this.answer(request),
    });
  }

  /** What the proxy of that path is answered with from now on. */
  on(proxy: string, answer: Answer | object): void {
    this.answers.set(proxy, typeof answer === "function" ? (answer as Answer) : () => answer);
  }

  url(proxy: string): string {
    return `${this.tls === undefined ? "http" : "https"}://127.0.0.1:${this.server.port}/${proxy}`;
  }

  /** Options of a proxy that leads here. */
  proxy(name: string, options: object = {}): object {
    return { endpoint: this.url(name), timeout: "5s", ...options };
  }

  call(proxy: string): Promise<Call> {
    return this.calls.first((call) => call.proxy === proxy);
  }

  /** Bodies of the calls of one proxy so far. */
  bodies(proxy: string): readonly Body[] {
    return this.calls.all.filter((call) => call.proxy === proxy).map(({ body }) => body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const text = await request.text();
    const proxy = new URL(request.url).pathname.slice(1);
    const call = { proxy, text, body: JSON.parse(text) as Body, headers: request.headers };
    this.calls.push(call);
    const answer = await this.answers.get(proxy)?.(call);
    if (answer instanceof Response) return answer;
    return answer === undefined ? new Response("no answer for it", { status: 501 }) : Response.json(answer);
  }
}
