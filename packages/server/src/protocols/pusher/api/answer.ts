/** Why a request is not done: what is counted, and the status that says so (protocol notes, 3.1). */
export const faultStatus = {
  "bad-request": 400,
  unauthorized: 401,
  "app-disabled": 403,
  "unknown-app": 404,
  "not-found": 404,
  "method-not-allowed": 405,
  "too-big": 413,
  internal: 503,
} as const satisfies Record<string, number>;

export class ApiFault {
  /**
   * @param kind    what is counted, and decides the status
   * @param message one sentence for whoever called; never holds a secret
   */
  constructor(
    readonly kind: keyof typeof faultStatus,
    readonly message: string,
  ) {}
}

const json = { headers: { "content-type": "application/json" } };

/** 200 with a JSON text. */
export function ok(text = "{}"): Response {
  return new Response(text, json);
}

export function failed({ kind, message }: ApiFault): Response {
  return Response.json({ error: message }, { status: faultStatus[kind] });
}
