/** Why a call of an HTTP API was not done. */
export type PublishFault =
  /** The server understood, and will not: another try would end the same. */
  | {
      readonly kind: "refused";
      readonly status: number;
      /** Centrifugo's error code (protocol notes, 3.1). */
      readonly code?: number;
      readonly reason: string;
    }
  /** Key or signature are not those of the server, or the clocks are too far apart. */
  | { readonly kind: "unauthorized"; readonly status: number; readonly reason: string }
  | { readonly kind: "too-large"; readonly status: number; readonly reason: string }
  /** No connection, or one that was cut before the whole answer was there. */
  | {
      readonly kind: "unreachable";
      readonly cause: {
        /** Such as `ECONNREFUSED`, where there is one. */
        readonly code?: string;
        readonly message: string;
      };
    }
  /** No whole answer in time. */
  | { readonly kind: "timeout"; /** Milliseconds of the last try. */ readonly after: number }
  /** The server cannot at present: it is overloaded, stopping, or asks for a pause. */
  | {
      readonly kind: "unavailable";
      readonly status: number;
      readonly code?: number;
      readonly reason: string;
      /** Milliseconds that the server asked to wait. */
      readonly retryAfter?: number;
    }
  /** An answer that is none of the API's, such as a redirect or a page: there is another server at this address. */
  | { readonly kind: "unexpected-answer"; readonly status: number; readonly reason: string };

/** Whether another try may end better. */
export function passes({ kind }: PublishFault): boolean {
  switch (kind) {
    case "unreachable":
    case "timeout":
    case "unavailable":
      return true;
    case "refused":
    case "unauthorized":
    case "too-large":
    case "unexpected-answer":
      return false;
  }
}

function words(fault: PublishFault): string {
  switch (fault.kind) {
    case "refused":
      return `refused with ${numbers(fault)}: ${fault.reason}`;
    case "unauthorized":
      return `key or signature not accepted (status ${fault.status}): ${fault.reason}`;
    case "too-large":
      return `too large (status ${fault.status}): ${fault.reason}`;
    case "unreachable":
      return `no connection: ${fault.cause.message}`;
    case "timeout":
      return `no answer within ${fault.after} ms`;
    case "unavailable":
      return `unavailable, ${numbers(fault)}: ${fault.reason}`;
    case "unexpected-answer":
      return `not an answer of this API (status ${fault.status}): ${fault.reason}`;
  }
}

function numbers({ status, code }: { readonly status: number; readonly code?: number }): string {
  return code === undefined ? `status ${status}` : `code ${code}`;
}

/** A call of an HTTP API was not done, or nobody knows whether it was. It never holds a secret. */
export class PublishError extends Error {
  override readonly name = "PublishError";

  /**
   * @param fault    of the last try
   * @param attempts how often it was tried
   * @param call     what was called, as `POST https://example.org/apps/1000/events`
   */
  constructor(
    readonly fault: PublishFault,
    readonly attempts: number,
    call: string,
  ) {
    super(`${call}: ${words(fault)}${attempts > 1 ? ` (${attempts} tries)` : ""}`);
  }
}
