import PusherServer from "pusher";
import { keys } from "../../../packages/server/test/server.ts";
import { Events } from "../../../packages/server/test/events.ts";

/** A question for a signature, as the application was asked it. */
export interface Asked {
  readonly path: string;
  readonly bearer: string;
  readonly channel: string;
  readonly status: number;
}

const masterKey = Buffer.alloc(32, 7).toString("base64");

/** The official server package for an app, with the key of its encrypted channels. */
export function officialServer(port: number, secret: string = keys.app.secret): PusherServer {
  const { id: appId, key } = keys.app;
  return new PusherServer({
    ...{ appId, key, secret, host: "127.0.0.1", port: String(port) },
    ...{ useTLS: false, encryptionMasterKeyBase64: masterKey },
  });
}

/** What members of presence channels are shown as. */
export function infoOf(user: string): Record<string, unknown> {
  return { id: user, name: user.slice(0, 1).toUpperCase() + user.slice(1) };
}

/**
 * The application of the clients: it signs channels and users for whoever has a bearer that is valid. `…-forbidden` is
 * nobody's; for `…-forged` it signs with another secret, as an application does that is configured wrongly.
 */
export class Application implements AsyncDisposable {
  readonly asked = new Events<Asked>();
  /** Bearer → user. */
  readonly bearers = new Map<string, string>();
  /** Pages and scripts that it serves besides. */
  readonly files = new Map<string, { readonly type: string; readonly content: string }>();
  private readonly server: Bun.Server<undefined>;

  constructor(private readonly watchlist: readonly string[] = []) {
    this.server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => this.answer(request),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** Lets somebody in; the bearer. */
  admit(user: string): string {
    const bearer = `${user}-${crypto.randomUUID()}`;
    this.bearers.set(bearer, user);
    return bearer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async answer(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    const file = this.files.get(path);
    if (file !== undefined) return new Response(file.content, { headers: { "content-type": file.type } });
    if (request.method !== "POST") return new Response("", { status: path === "/favicon.ico" ? 204 : 404 });

    const form = new URLSearchParams(await request.text());
    const channel = form.get("channel_name") ?? "";
    const bearer = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const answer = this.sign(bearer, form.get("socket_id") ?? "", channel);
    this.asked.push({ path, bearer, channel, status: answer.status });
    return answer;
  }

  private sign(bearer: string, socketId: string, channel: string): Response {
    const user = this.bearers.get(bearer);
    if (user === undefined) return Response.json({ message: "Unauthenticated." }, { status: 401 });
    if (channel.includes("-forbidden"))
      return Response.json({ message: "This is not yours." }, { status: 403 });
    const official = officialServer(0, channel.includes("-forged") ? "another-secret" : undefined);
    if (channel === "") {
      const data = { id: user, user_info: infoOf(user), watchlist: [...this.watchlist] };
      return Response.json(official.authenticateUser(socketId, data));
    }
    const member = channel.startsWith("presence-") ? { user_id: user, user_info: infoOf(user) } : undefined;
    return Response.json(official.authorizeChannel(socketId, channel, member));
  }
}
