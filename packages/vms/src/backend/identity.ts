import { bearerToken, verifyToken, type VerificationKey } from "@twinwire/backend";

/** Whoever asks: a user in one of their logins. */
export interface VmsIdentity {
  /** Names the channel `private-user.{userId}`; text, or a whole number. */
  readonly userId: string | number;
  /** Names the channel `private-token.{accessTokenId}` of this login; without it, the login has none. */
  readonly accessTokenId?: string;
}

/**
 * Tells who sent a request, from its headers; the body is not for it to read. `undefined` is answered with 401,
 * and what it throws with 500.
 */
export type Authenticate = (request: Request) => VmsIdentity | undefined | Promise<VmsIdentity | undefined>;

/** Bearer tokens that are JWTs of the application's own. */
export interface JwtAuthentication {
  readonly jwt: VerificationKey;
  /**
   * The claim that has the user's id: text, or a whole number.
   * @default "sub"
   */
  readonly userClaim?: string;
  /**
   * The claim that has the access token's id: text, or a whole number.
   * @default "jti"
   */
  readonly tokenClaim?: string;
}

/** `unavailable`: the keys that tokens are checked with could not be fetched. */
export type Identified =
  | { readonly kind: "known"; readonly userId: string; readonly accessTokenId: string | undefined }
  | { readonly kind: "unknown" | "unavailable" };

/** Ids are compared as text. Anything but text and whole numbers is none, whatever it could be turned into. */
function idOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Text only, as the channel of a login is named by text; numbers of a JWT are turned into it before. */
function known({ userId, accessTokenId }: VmsIdentity): Identified {
  const id = idOf(userId);
  if (id === undefined) throw new TypeError("authenticate: userId is text or a whole number");
  return { kind: "known", userId: id, accessTokenId: idOf(accessTokenId) };
}

function byJwt(terms: JwtAuthentication): (request: Request) => Promise<Identified> {
  const { jwt, userClaim = "sub", tokenClaim = "jti" } = terms;
  return async (request) => {
    const token = bearerToken(request);
    if (token === undefined) return { kind: "unknown" };
    const verified = await verifyToken(jwt, token);
    if (!verified.ok) return { kind: verified.reason === "unavailable" ? "unavailable" : "unknown" };
    const claim = (name: string): string | undefined =>
      Object.hasOwn(verified.claims, name) ? idOf(verified.claims[name]) : undefined;
    const userId = claim(userClaim);
    if (userId === undefined) return { kind: "unknown" };
    return { kind: "known", userId, accessTokenId: claim(tokenClaim) };
  };
}

/** How requests are told apart, by one of the two ways. The returned function rejects with what `Authenticate` throws. */
export function identifier(
  authenticate: Authenticate | JwtAuthentication,
): (request: Request) => Promise<Identified> {
  if (typeof authenticate !== "function") return byJwt(authenticate);
  return async (request) => {
    const identity = await authenticate(request);
    return identity === undefined ? { kind: "unknown" } : known(identity);
  };
}
