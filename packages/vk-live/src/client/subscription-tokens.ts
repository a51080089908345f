import { inUrl, type Answer } from "./devapi.ts";
import type { RequestFault } from "./fault.ts";

/**
 * Why a limited channel stays closed to this user. `left-out`: the answer had no token for it. `forbidden`: this
 * access token may not ask at all (403), as with an application's token.
 */
export type NoAccessReason = "left-out" | "forbidden";

export type TokenOutcome =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "no-access"; readonly reason: NoAccessReason }
  | { readonly kind: "fault"; readonly fault: RequestFault };

export type AskTokens = (names: readonly string[]) => Promise<Answer<ReadonlyMap<string, string>>>;

/** Names in one request, and characters of them in its URL, so that it stays under what servers let through. */
const mostNames = 50;
const mostCharacters = 4000;

/** The names in as many lots as requests are needed. */
function lots(names: Iterable<string>): readonly (readonly string[])[] {
  const all: string[][] = [];
  let lot: string[] = [];
  let characters = 0;
  for (const name of names) {
    const length = inUrl(name).length + 1;
    if (all.length === 0 || lot.length === mostNames || characters + length > mostCharacters) {
      lot = [];
      characters = 0;
      all.push(lot);
    }
    lot.push(name);
    characters += length;
  }
  return all;
}

/** Asks for all tokens that are wanted within a short time by one request, whichever slugs they belong to. */
export class SubscriptionTokens {
  readonly #ask: AskTokens;
  readonly #window: number;
  #wanted = new Map<string, ((outcome: TokenOutcome) => void)[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `window` in milliseconds. */
  constructor(ask: AskTokens, window: number) {
    this.#ask = ask;
    this.#window = window;
  }

  want(name: string): Promise<TokenOutcome> {
    this.#timer ??= setTimeout(() => {
      this.#send();
    }, this.#window);
    return new Promise((resolve) => {
      const waiting = this.#wanted.get(name);
      if (waiting === undefined) this.#wanted.set(name, [resolve]);
      else waiting.push(resolve);
    });
  }

  /** Whoever waits, waits no longer: nobody asks after this. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const fault: RequestFault = {
      kind: "unreachable",
      request: "subscription-token",
      cause: new Error("closed"),
    };
    for (const waiting of this.#wanted.values())
      for (const resolve of waiting) resolve({ kind: "fault", fault });
    this.#wanted.clear();
  }

  #send(): void {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    this.#timer = undefined;
    for (const some of lots(wanted.keys())) {
      void this.#ask(some).then((answer) => {
        for (const name of some)
          for (const resolve of wanted.get(name) ?? []) resolve(outcomeOf(answer, name));
      });
    }
  }
}

function outcomeOf(answer: Answer<ReadonlyMap<string, string>>, name: string): TokenOutcome {
  if (!answer.ok) {
    const { fault } = answer;
    return fault.kind === "forbidden" ? { kind: "no-access", reason: "forbidden" } : { kind: "fault", fault };
  }
  const token = answer.value.get(name);
  return token === undefined ? { kind: "no-access", reason: "left-out" } : { kind: "token", token };
}
