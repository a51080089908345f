/** What a proxy does to what goes through it. All that is absent goes through as it came. */
export interface Breakage {
  /** A text frame of the server: what the client gets instead. */
  readonly frame?: (frame: string, connection: Connection) => readonly Frame[];
  /** A binary frame of the server: what the client gets instead. */
  readonly binary?: (frame: Buffer<ArrayBuffer>, connection: Connection) => readonly Frame[];
  /** A text frame of a client: true = it goes no further. */
  readonly ask?: (frame: string, connection: Connection) => boolean;
  readonly code?: (code: number) => number;
  readonly reason?: (reason: string) => string;
  readonly subprotocol?: string;
  /** The body of a request: what the server gets instead. */
  readonly request?: (body: string, path: string) => string;
  /** A piece of a streamed response. */
  readonly piece?: (text: string, path: string) => string;
  /** Headers of a response, in place. */
  readonly head?: (headers: Headers) => void;
  readonly answer?: (answer: Answer, request: { readonly method: string; readonly path: string }) => Answer;
  /** A webhook's body, and its headers in place. */
  readonly hook?: (body: string, headers: Headers) => string;
  /** What the sender of a webhook is told. */
  readonly hookAnswer?: number;
}

export type Frame = string | Buffer<ArrayBuffer>;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One client, on its way to the server. */
export interface Connection {
  /** Whatever a breakage wants to remember. */
  readonly notes: Map<string, string>;
  tell(frame: string): void;
  /** Sends the server what the client did not. */
  forward(frame: string): void;
  readonly hold: string[];
}

interface Carried extends Connection {
  readonly upstream: WebSocket;
  readonly waiting: Frame[];
  closing: boolean;
}

/** The browser's types hide what the runtime's constructor takes. */
const RuntimeWebSocket = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Record<string, string>; readonly protocols: string[] },
) => WebSocket;

/** A proxy before a server of either wire, and before the receiver of its webhooks, that breaks what it is told to break. */
export class BreakingProxy implements AsyncDisposable {
  breakage: Breakage = {};
  private readonly server: Bun.Server<Carried>;
  private readonly hooks: Bun.Server<undefined> | undefined;

  constructor(
    private readonly upstream: string,
    hookPorts?: { readonly from: number; readonly to: number },
  ) {
    this.server = Bun.serve<Carried>({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request, server) =>
        request.headers.get("upgrade") === null ? this.pass(request) : this.carry(request, server),
      websocket: {
        open: (ws) => {
          const { data } = ws;
          data.upstream.addEventListener("message", ({ data: frame }: MessageEvent<string | ArrayBuffer>) => {
            for (const one of this.broken(frame, data)) ws.send(one);
          });
          data.upstream.addEventListener("close", ({ code, reason }) => {
            const given = this.breakage.code?.(code) ?? code;
            if (data.closing) return;
            data.closing = true;
            if (given === 1006) ws.terminate();
            else ws.close(given, this.breakage.reason?.(reason) ?? reason);
          });
          Object.assign(data, {
            tell: (frame: string) => ws.send(frame),
            forward: (frame: string) => {
              pass(data, frame);
            },
          });
        },
        message: (ws, message) => {
          const { data } = ws;
          if (typeof message === "string" && this.breakage.ask?.(message, data) === true) return;
          pass(data, message);
        },
        close: ({ data }) => {
          if (data.closing) return;
          data.closing = true;
          data.upstream.close();
        },
      },
    });
    this.hooks =
      hookPorts &&
      Bun.serve({
        hostname: "127.0.0.1",
        port: hookPorts.from,
        fetch: async (request) => this.passHook(request, hookPorts.to),
      });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.server.stop(true), this.hooks?.stop(true)]);
  }

  private broken(frame: string | ArrayBuffer, connection: Connection): readonly Frame[] {
    if (typeof frame === "string") return this.breakage.frame?.(frame, connection) ?? [frame];
    const bytes = Buffer.from(frame);
    return this.breakage.binary?.(bytes, connection) ?? [bytes];
  }

  private carry(request: Request, server: Bun.Server<Carried>): Response | undefined {
    const { pathname, search } = new URL(request.url);
    const offered = request.headers.get("sec-websocket-protocol")?.split(/, */) ?? [];
    const origin = request.headers.get("origin");
    const upstream = new RuntimeWebSocket(`${this.upstream.replace("http", "ws")}${pathname}${search}`, {
      headers: origin === null ? {} : { origin },
      protocols: offered,
    });
    const waiting: Frame[] = [];
    upstream.binaryType = "arraybuffer";
    const tell = (): void => undefined;
    const data: Carried = {
      upstream,
      waiting,
      closing: false,
      notes: new Map(),
      hold: [],
      tell,
      forward: tell,
    };
    upstream.addEventListener("open", () => {
      for (const frame of waiting.splice(0)) upstream.send(frame);
    });
    const known = offered.find((one) => /^(pusher|centrifuge)-/.test(one));
    const spoken = this.breakage.subprotocol ?? known;
    const headers = spoken === undefined || spoken === "" ? {} : { "sec-websocket-protocol": spoken };
    return server.upgrade(request, { data, headers }) ? undefined : new Response("", { status: 400 });
  }

  private async pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const { method } = request;
    const { request: rewrite = (body: string) => body } = this.breakage;
    const given = method === "GET" ? undefined : Buffer.from(await request.arrayBuffer());
    // Bytes of any encoding stay what they are.
    const body = given && Buffer.from(rewrite(given.toString("latin1"), pathname), "latin1");
    const headers = new Headers(request.headers);
    headers.delete("content-length");
    headers.delete("host");
    const response = await fetch(`${this.upstream}${pathname}${search}`, {
      method,
      headers,
      signal: request.signal,
      ...(body === undefined ? {} : { body }),
    });
    if (response.ok && pathname.startsWith("/connection/") && response.body !== null)
      return this.passStream(response.body, response.headers, pathname);
    const answer = { status: response.status, body: await response.text() };
    const told = this.breakage.answer?.(answer, { method, path: pathname }) ?? answer;
    const passed = new Headers(response.headers);
    for (const name of ["content-length", "content-encoding", "transfer-encoding"]) passed.delete(name);
    this.breakage.head?.(passed);
    // A status without content takes no body.
    return new Response(told.status === 204 ? null : told.body, { status: told.status, headers: passed });
  }

  private passStream(body: ReadableStream<Uint8Array>, head: Headers, path: string): Response {
    const { piece } = this.breakage;
    const headers = new Headers(head);
    this.breakage.head?.(headers);
    if (piece === undefined) return new Response(body, { headers });
    const broken = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, control) {
        // Bytes of any encoding stay what they are.
        control.enqueue(Buffer.from(piece(Buffer.from(chunk).toString("latin1"), path), "latin1"));
      },
    });
    return new Response(body.pipeThrough(broken), { headers });
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

function pass({ upstream, waiting }: Carried, frame: Frame): void {
  if (upstream.readyState === WebSocket.OPEN) upstream.send(frame);
  else waiting.push(frame);
}
