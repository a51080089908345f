/** What tokens of the Centrifugo wire have in common. */
export interface CommonClaims {
  /** The user's id; empty: nobody in particular, where the server lets such clients in. */
  readonly user: string;
  /** Seconds from now that the token is good for; without it and `expiresAt`, for ever. */
  readonly expiresIn?: number;
  /** The same as a moment, in Unix seconds. */
  readonly expiresAt?: number;
  /**
   * Unix seconds at which the connection or the subscription ends, whatever becomes of the token; 0: never.
   * @default when the token expires
   */
  readonly expireAt?: number;
  /** What others see of the user, in presence and beside what they publish; anything with a JSON form. */
  readonly info?: unknown;
  /** Where the server asks for one (`client.token.audience`). */
  readonly audience?: string;
  readonly issuer?: string;
  /** The token's own id. */
  readonly id?: string;
  /**
   * The claim that the server takes the user from (`client.token.user_id_claim`).
   * @default "sub"
   */
  readonly userClaim?: string;
  /** Claims beside these, for proxies and the like. Those above win. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Throws a TypeError where they contradict each other. `now` is in milliseconds since 1970. */
export function wireClaims(
  claims: CommonClaims,
  own: Readonly<Record<string, unknown>>,
  now: number,
): Readonly<Record<string, unknown>> {
  const { user, expireAt, info, audience, issuer, id, userClaim = "sub", more = {} } = claims;
  if (typeof user !== "string") throw new TypeError("user is a text, empty for nobody");
  if (userClaim === "") throw new TypeError("userClaim is empty");
  if (expireAt !== undefined && !Number.isFinite(expireAt))
    throw new TypeError("expireAt is in Unix seconds, 0 for never");
  const issued = Math.floor(now / 1000);
  const expires = expiry(claims, issued);
  return {
    ...more,
    [userClaim]: user,
    ...own,
    ...(audience === undefined ? {} : { aud: audience }),
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(id === undefined ? {} : { jti: id }),
    iat: issued,
    ...(expires === undefined ? {} : { exp: expires }),
    ...(expireAt === undefined ? {} : { expire_at: expireAt }),
    ...(info === undefined ? {} : { info }),
  };
}

function expiry({ expiresIn, expiresAt }: CommonClaims, issued: number): number | undefined {
  if (expiresIn === undefined) {
    if (expiresAt !== undefined && !Number.isFinite(expiresAt))
      throw new TypeError("expiresAt is in Unix seconds");
    return expiresAt;
  }
  if (expiresAt !== undefined) throw new TypeError("expiresIn and expiresAt are two ways to say one thing");
  // Not a number would be left out of the JSON, and the token be good for ever.
  if (!Number.isFinite(expiresIn)) throw new TypeError("expiresIn is in seconds");
  return issued + Math.floor(expiresIn);
}
