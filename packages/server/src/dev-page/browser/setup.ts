import { ask } from "../shell/ask.ts";
import type { PageLink } from "../shell/pages.ts";
import type { Wire } from "./wire.ts";

/** What the server says about itself for this page (`GET /dev/setup`). */
export interface Setup {
  readonly app: { readonly id: string; readonly key: string; readonly secret: string };
  readonly apiKey: string;
  readonly websocketPath: string;
  readonly apiPath: string;
  /** What the header leads to; none where this is the only page. */
  readonly pages: readonly PageLink[];
  /** Who the page's clients are. */
  readonly users: Readonly<Record<Wire, User>>;
}

export interface User {
  readonly id: string;
  readonly name: string;
}

export async function loadSetup(): Promise<Setup> {
  // Both ends are of one version: the page comes from the server that answers.
  const setup = (await ask("/dev/setup")) as Setup;
  const guest = guestNumber();
  const { pusher, centrifugo } = setup.users;
  const numbered = ({ id, name }: User): User => ({ id: `${id}-${guest}`, name: `${name} ${guest}` });
  return { ...setup, users: { pusher: numbered(pusher), centrifugo: numbered(centrifugo) } };
}

const stored = "twinwire-guest";

/** Tells the people of two pages apart. It lasts as long as the tab, so that a reload brings the same two back. */
function guestNumber(): string {
  const fresh = String(100 + Math.floor(Math.random() * 900));
  try {
    const known = sessionStorage.getItem(stored);
    if (known !== null) return known;
    sessionStorage.setItem(stored, fresh);
  } catch {
    // Storage is switched off: every load is somebody new.
  }
  return fresh;
}

/** A token of one of the dev routes. */
export async function askToken(path: string): Promise<string> {
  const body = await ask(path);
  if (typeof body === "object" && body !== null && "token" in body && typeof body.token === "string")
    return body.token;
  throw new Error(`${path} answered without a token`);
}
