import { Events } from "../../../packages/server/test/events.ts";
import { seconds, token } from "../../../packages/server/test/e2e/tokens.ts";

/** Whom an application gave a token, and for which channel. */
export interface Handed {
  readonly user: string;
  /** Empty: to connect. */
  readonly channel: string;
  readonly status: number;
}

/** The application of the clients: hands out tokens, answers the proxies, and serves a page. */
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

  /** Resolves once that user was handed so many tokens. */
  async handedTo(user: string, count: number): Promise<void> {
    const { handed } = this;
    await handed.first(() => handed.all.filter((one) => one.user === user).length >= count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const file = this.files.get(pathname);
    if (file !== undefined) return new Response(file.content, { headers: { "content-type": file.type } });
    if (pathname === "/token") return this.hand(searchParams);
    if (request.method === "POST") return answerProxy(pathname, (await request.json()) as ProxyCall);
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

/** What Twinwire asks the application, as far as it looks at it. */
interface ProxyCall {
  readonly user?: string;
  readonly method?: string;
  readonly data?: unknown;
}

/** Says back what it was told, and lets in who says a user with the connect command. */
function answerProxy(path: string, { method, user, data }: ProxyCall): Response {
  if (path === "/connect") {
    const named = data as { readonly user: string } | undefined;
    return Response.json({
      result: named === undefined ? null : { user: named.user, data: { told: named } },
    });
  }
  if (path === "/subscribe") return Response.json({ result: { data: { told: data } } });
  if (method === "refused") return Response.json({ error: { code: 1042, message: "not today" } });
  return Response.json({ result: { data: { method, user, told: data } } });
}
