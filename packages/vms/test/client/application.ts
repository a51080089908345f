import { channelAuthorization } from "@twinwire/backend";
import { Events } from "../../../server/test/events.ts";
import { keys } from "../../../server/test/server.ts";

export interface Session {
  readonly userId: number;
  readonly accessTokenId: string;
}

export interface Asked {
  readonly path: string;
  readonly token: string;
  readonly body: URLSearchParams;
  readonly headers: Headers;
}

/** An application that the tests can turn against the client: its two endpoints, and what they were asked. */
export class Application implements AsyncDisposable {
  readonly url: string;
  /** Bearer tokens and whose they are. */
  readonly sessions = new Map<string, Session>();
  readonly asked = new Events<Asked>();
  /** What `wsurl` answers. */
  wsurl: unknown = {};
  /** Answers in the place of the real one, as long as it gives one. */
  instead: (asked: Asked) => Response | Promise<Response> | undefined = () => undefined;
  private readonly server: Bun.Server<undefined>;

  constructor() {
    this.server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => this.answer(request) });
    this.url = `http://127.0.0.1:${this.server.port}`;
  }

  /** Requests for a channel so far. */
  authorizations(channel: string): readonly Asked[] {
    return this.asked.all.filter(({ body }) => body.get("channel_name") === channel);
  }

  /** The application's word for the channel that is asked for. */
  word(body: URLSearchParams): unknown {
    return channelAuthorization(keys.app, body.get("socket_id") ?? "", body.get("channel_name") ?? "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const { pathname: path } = new URL(request.url);
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    const body = new URLSearchParams(await request.text());
    const asked = { path, token, body, headers: request.headers };
    this.asked.push(asked);
    const other = this.instead(asked);
    if (other !== undefined) return other;
    const session = this.sessions.get(token);
    if (session === undefined) return Response.json({ message: "Unauthenticated." }, { status: 401 });
    if (path === "/api/v1/wsurl" && request.method === "GET") return Response.json(this.wsurl);
    if (path !== "/api/v1/broadcasting/auth" || request.method !== "POST")
      return Response.json({}, { status: 404 });
    const channel = body.get("channel_name") ?? "";
    const own = [`private-user.${session.userId}`, `private-token.${session.accessTokenId}`];
    if (!own.includes(channel)) return Response.json({ message: "Forbidden." }, { status: 403 });
    return Response.json(this.word(body));
  }
}
