import type { Login } from "../state.ts";

/** The session of this tab, and its bearer token, which is renewed before it expires. */
export interface SessionEvents {
  /** The token is another one now. */
  renewed(login: Login): void;
  /** The back end does not renew: the session was ended. */
  over(why: string): void;
}

const stored = "twinwire-surveillance-session";
/** Of a token's life: it is renewed then, and not when it is too late. */
const renewalShare = 0.8;
/** Milliseconds until a renewal that did not get through is tried again. */
const patience = 2_000;

export type Answer =
  | { readonly kind: "answered"; readonly body: unknown }
  | { readonly kind: "refused"; readonly status: number; readonly why: string }
  /** Nothing answered. */
  | { readonly kind: "cut" };

export class ConsoleSession {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<boolean> | undefined;
  private isOver = false;

  private constructor(
    private login: Login,
    private readonly events: SessionEvents,
  ) {
    this.take(login);
  }

  /** A new session; resolves with why not where there is none. */
  static async begin(user: number, events: SessionEvents): Promise<ConsoleSession | string> {
    const answer = await post("/demo/surveillance/login", { user, ...wishedLife() });
    return answer.kind === "answered" ? new ConsoleSession(answer.body as Login, events) : whyNot(answer);
  }

  /** The session that this tab had before it was loaded again; undefined where it had none, or it is over. */
  static async resume(events: SessionEvents): Promise<ConsoleSession | undefined> {
    const renewal = remembered();
    if (renewal === undefined) return undefined;
    const answer = await post("/demo/surveillance/renew", { renewal });
    if (answer.kind === "answered") return new ConsoleSession(answer.body as Login, events);
    if (answer.kind === "refused") remember(undefined);
    return undefined;
  }

  get id(): string {
    return this.login.session;
  }

  get user(): Login["user"] {
    return this.login.user;
  }

  get token(): string {
    return this.login.token;
  }

  /** Asks the back end in the user's name. An expired token is renewed, and the question put again. */
  async ask(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const once = (): Promise<Answer> => {
      const all = new Headers(headers);
      all.set("authorization", `Bearer ${this.login.token}`);
      return request(path, body, all);
    };
    const answer = await once();
    if (answer.kind !== "refused" || answer.status !== 401) return answer;
    return (await this.renew()) ? once() : answer;
  }

  /** Another token now. Resolves with whether there is one. */
  renew(): Promise<boolean> {
    return (this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined)));
  }

  /** Forgets the session here; the back end is not told. */
  forget(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    remember(undefined);
  }

  private async renewOnce(): Promise<boolean> {
    if (this.isOver) return false;
    const answer = await post("/demo/surveillance/renew", { renewal: this.login.renewal });
    if (answer.kind === "answered") {
      this.take(answer.body as Login);
      this.events.renewed(this.login);
      return true;
    }
    if (answer.kind === "refused" && answer.status === 401) {
      this.forget();
      this.events.over(answer.why);
    } else {
      this.renewIn(patience);
    }
    return false;
  }

  private take(login: Login): void {
    this.login = login;
    remember(login.renewal);
    this.renewIn(login.expiresIn * renewalShare);
  }

  private renewIn(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), milliseconds);
  }
}

export function whyNot(answer: Exclude<Answer, { readonly kind: "answered" }>): string {
  return answer.kind === "refused" ? answer.why : "Nothing answers at this address.";
}

function post(path: string, body: unknown): Promise<Answer> {
  return request(path, body, new Headers());
}

async function request(path: string, body: unknown, headers: Headers): Promise<Answer> {
  if (body !== undefined) headers.set("content-type", "application/json");
  const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    return { kind: "cut" };
  }
  const said: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { kind: "answered", body: said };
  const why = typeof said === "object" && said !== null && "error" in said ? String(said.error) : "";
  return { kind: "refused", status: response.status, why: why === "" ? `Status ${response.status}.` : why };
}

/** `?life=5` asks for tokens of five seconds, to see them renewed. */
function wishedLife(): { readonly life?: number } {
  const life = new URLSearchParams(location.search).get("life");
  return life === null ? {} : { life: Number(life) };
}

function remembered(): string | undefined {
  try {
    return sessionStorage.getItem(stored) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(renewal: string | undefined): void {
  try {
    if (renewal === undefined) sessionStorage.removeItem(stored);
    else sessionStorage.setItem(stored, renewal);
  } catch {
    // Storage is switched off: the session then lasts as long as the page.
  }
}
