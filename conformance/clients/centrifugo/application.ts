import { Events } from "../../../packages/server/test/events.ts";
import { seconds, token } from "../../../packages/server/test/e2e/tokens.ts";

/** Whom an application gave a token, and for which channel. */
export interface Handed {
  readonly user: string;
  /** Empty: to connect. */
  readonly channel: string;
  readonly status: number;
}

/** The application of the clients: hands out tokens, answers the RPC proxy, and serves a page. */
export class Application implements AsyncDisposable {
  readonly handed = new Events<Handed>();
  /** Users who get no token from now on. */
  readonly barred = new Set<string>();
  readonly files = new Map<string, { readonly type: string; readonly content: string }>();
  private readonly server: Bun.Server<undefined>;

  constructor() {
    this.server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => this.answer(request),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** Where a client of that user asks for tokens; each is good for so many seconds. */
  tokenUrl(user: string, { channel = "", ttl = 600 }: { channel?: string; ttl?: number } = {}): string {
    return `${this.url}/token?${new URLSearchParams({ user, channel, ttl: String(ttl) }).toString()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const file = this.files.get(pathname);
    if (file !== undefined) return new Response(file.content, { headers: { "content-type": file.type } });
    if (pathname === "/token") return this.hand(searchParams);
    if (pathname === "/rpc") return answerRpc((await request.json()) as RpcCall);
    return new Response("", { status: pathname === "/favicon.ico" ? 204 : 404 });
  }

  private hand(asked: URLSearchParams): Response {
    const user = asked.get("user") ?? "";
    const channel = asked.get("channel") ?? "";
    const status = this.barred.has(user) ? 403 : 200;
    this.handed.push({ user, channel, status });
    if (status === 403) return new Response("", { status });
    const claims = { sub: user, exp: seconds(Number(asked.get("ttl"))) };
    return new Response(token(channel === "" ? claims : { ...claims, channel }));
  }
}

interface RpcCall {
  readonly method: string;
  readonly user: string;
  readonly data: unknown;
}

function answerRpc({ method, user, data }: RpcCall): Response {
  if (method === "refused") return Response.json({ error: { code: 1042, message: "not today" } });
  return Response.json({ result: { data: { method, user, data } } });
}
