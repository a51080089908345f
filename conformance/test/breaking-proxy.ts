/** What a proxy does to what goes through it. All that is absent goes through as it came. */
export interface Breakage {
  /** A frame of the server: what the client gets instead. */
  readonly frame?: (frame: string, connection: Connection) => readonly string[];
  /** A frame of a client: true = it goes no further. */
  readonly ask?: (frame: string, connection: Connection) => boolean;
  readonly code?: (code: number) => number;
  readonly subprotocol?: string;
  readonly answer?: (answer: Answer, request: { readonly method: string; readonly path: string }) => Answer;
  /** A webhook's body, and its headers in place. */
  readonly hook?: (body: string, headers: Headers) => string;
  /** What the sender of a webhook is told. */
  readonly hookAnswer?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One client, on its way to the server. */
export interface Connection {
  /** Whatever a breakage wants to remember. */
  readonly notes: Map<string, string>;
  tell(frame: string): void;
  readonly hold: string[];
}

interface Carried extends Connection {
  readonly upstream: WebSocket;
  readonly waiting: string[];
  closing: boolean;
}

/** The browser's types hide what the runtime's constructor takes. */
const RuntimeWebSocket = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Record<string, string>; readonly protocols: string[] },
) => WebSocket;

/** A proxy before a Pusher server, and before the receiver of its webhooks, that breaks what it is told to break. */
export class BreakingProxy implements AsyncDisposable {
  breakage: Breakage = {};
  private readonly server: Bun.Server<Carried>;
  private readonly hooks: Bun.Server<undefined>;

  constructor(
    private readonly upstream: string,
    hookPorts: { readonly from: number; readonly to: number },
  ) {
    this.server = Bun.serve<Carried>({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request, server) =>
        request.headers.get("upgrade") === null ? this.pass(request) : this.carry(request, server),
      websocket: {
        open: (ws) => {
          const { data } = ws;
          data.upstream.addEventListener("message", ({ data: frame }) => {
            const text = String(frame);
            const frames = this.breakage.frame?.(text, data) ?? [text];
            for (const one of frames) ws.send(one);
          });
          data.upstream.addEventListener("close", ({ code, reason }) => {
            const given = this.breakage.code?.(code) ?? code;
            if (data.closing) return;
            data.closing = true;
            if (given === 1006) ws.terminate();
            else ws.close(given, reason);
          });
          Object.assign(data, { tell: (frame: string) => ws.send(frame) });
        },
        message: (ws, message) => {
          const { data } = ws;
          const text = String(message);
          if (this.breakage.ask?.(text, data) === true) return;
          if (data.upstream.readyState === WebSocket.OPEN) data.upstream.send(text);
          else data.waiting.push(text);
        },
        close: ({ data }) => {
          if (data.closing) return;
          data.closing = true;
          data.upstream.close();
        },
      },
    });
    this.hooks = Bun.serve({
      hostname: "127.0.0.1",
      port: hookPorts.from,
      fetch: async (request) => this.passHook(request, hookPorts.to),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.server.stop(true), this.hooks.stop(true)]);
  }

  private carry(request: Request, server: Bun.Server<Carried>): Response | undefined {
    const { pathname, search } = new URL(request.url);
    const offered = request.headers.get("sec-websocket-protocol")?.split(/, */) ?? [];
    const origin = request.headers.get("origin");
    const upstream = new RuntimeWebSocket(`${this.upstream.replace("http", "ws")}${pathname}${search}`, {
      headers: origin === null ? {} : { origin },
      protocols: offered,
    });
    const waiting: string[] = [];
    const tell = (): void => undefined;
    const data: Carried = { upstream, waiting, closing: false, notes: new Map(), hold: [], tell };
    upstream.addEventListener("open", () => {
      for (const frame of waiting.splice(0)) upstream.send(frame);
    });
    const known = offered.find((one) => one.startsWith("pusher-"));
    const spoken = this.breakage.subprotocol ?? known;
    const headers = spoken === undefined || spoken === "" ? {} : { "sec-websocket-protocol": spoken };
    return server.upgrade(request, { data, headers }) ? undefined : new Response("", { status: 400 });
  }

  private async pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const { method } = request;
    const body = method === "GET" ? undefined : await request.arrayBuffer();
    const response = await fetch(`${this.upstream}${pathname}${search}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    const answer = { status: response.status, body: await response.text() };
    const given = this.breakage.answer?.(answer, { method, path: pathname }) ?? answer;
    const type = response.headers.get("content-type") ?? "";
    return new Response(given.body, { status: given.status, headers: { "content-type": type } });
  }

  private async passHook(request: Request, to: number): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.delete("content-length");
    headers.delete("host");
    const body = await request.text();
    const given = this.breakage.hook?.(body, headers) ?? body;
    const { status } = await fetch(`http://127.0.0.1:${to}`, { method: "POST", headers, body: given });
    return new Response("", { status: this.breakage.hookAnswer ?? status });
  }
}
