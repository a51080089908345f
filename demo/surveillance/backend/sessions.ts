import { bearerToken, signToken, verifyToken } from "@twinwire/backend";
import type { DemoUser, Login, Session } from "../state.ts";
import { demoUsers, wireDate } from "./seed.ts";

/** Who asks: a user, in one of its sessions. */
export interface Caller {
  readonly user: DemoUser;
  readonly session: string;
}

/** Seconds a bearer token is good for. */
export const tokenLife = { usual: 300, least: 1, most: 3_600 } as const;
/** Seconds that a session can be renewed without a new login. */
const sessionLife = 12 * 3_600;

/** Logins of the demo's users: short bearer tokens, which are renewed until the session is ended. */
export class Sessions {
  /** Sessions by user; known by their tokens, so that a restart finds them again as they come. */
  private readonly running = new Map<number, Map<string, Session>>();
  /** Reasons of those that were ended, by their ids. */
  private readonly ended = new Map<string, string>();

  constructor(
    /** Signs the tokens. */
    private readonly secret: string,
    private readonly now: () => number,
  ) {}

  /** Undefined where there is no such user. */
  async login(userId: number, life: number): Promise<Login | undefined> {
    const user = demoUsers.find(({ id }) => id === userId);
    return user === undefined ? undefined : this.grant({ user, session: crypto.randomUUID() }, life);
  }

  /** Another token of the session, or why there is none. */
  async renew(renewal: string): Promise<Login | string> {
    const claims = await this.verified(renewal, "renewal");
    if (claims === undefined) return "This session is over.";
    const reason = this.ended.get(String(claims["jti"]));
    if (reason !== undefined) return `This session was ended. The reason given: “${reason}”`;
    const caller = this.callerOf(claims);
    return caller === undefined
      ? "This session is of a user who is not here any more."
      : this.grant(caller, Number(claims["life"]));
  }

  /** Who a request is from; undefined where its token is missing, expired, or of a session that is ended. */
  async caller(request: Request): Promise<Caller | undefined> {
    const token = bearerToken(request);
    const claims = token === undefined ? undefined : await this.verified(token, "access");
    return claims === undefined ? undefined : this.callerOf(claims);
  }

  of(user: DemoUser): readonly Session[] {
    return [...(this.running.get(user.id)?.values() ?? [])];
  }

  /** False where the user has no such session. */
  end(user: DemoUser, session: string, reason: string): boolean {
    if (this.running.get(user.id)?.delete(session) !== true) return false;
    this.ended.set(session, reason);
    return true;
  }

  private async grant(caller: Caller, wished: number): Promise<Login> {
    const { user, session } = caller;
    const life = Math.min(Math.max(wished, tokenLife.least), tokenLife.most);
    this.note(caller);
    const seconds = Math.floor(this.now() / 1000);
    const common = { sub: String(user.id), jti: session };
    return {
      token: await signToken(this.secret, { ...common, use: "access", exp: seconds + life }),
      expiresIn: life * 1000,
      renewal: await signToken(this.secret, { ...common, use: "renewal", life, exp: seconds + sessionLife }),
      session,
      user,
    };
  }

  private async verified(token: string, use: "access" | "renewal") {
    const verified = await verifyToken({ secret: this.secret }, token, this.now);
    return verified.ok && verified.claims["use"] === use ? verified.claims : undefined;
  }

  private callerOf(claims: Readonly<Record<string, unknown>>): Caller | undefined {
    const user = demoUsers.find(({ id }) => String(id) === claims["sub"]);
    const session = claims["jti"];
    if (user === undefined || typeof session !== "string" || this.ended.has(session)) return undefined;
    this.note({ user, session });
    return { user, session };
  }

  private note({ user, session }: Caller): void {
    const sessions = this.running.get(user.id) ?? new Map<string, Session>();
    this.running.set(user.id, sessions);
    if (!sessions.has(session)) sessions.set(session, { id: session, startedAt: wireDate(this.now()) });
  }
}
