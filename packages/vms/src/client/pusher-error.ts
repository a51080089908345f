import { BehaviorSubject } from "rxjs";
import type { PushFault } from "../push/decode.ts";

/** What went wrong. */
export type PusherFault =
  /** The connection was open and is gone; it is tried again. `code`: of the WebSocket's closing, 1006 without one. */
  | { readonly kind: "lost"; readonly code: number }
  /** An attempt to connect failed; it is tried again. */
  | { readonly kind: "unreachable"; readonly code?: number }
  /** The server has refused for good (close codes 4000 to 4099); nothing is tried until `connect()`. */
  | { readonly kind: "refused"; readonly code: number }
  /** The server complains (`pusher:error`), and the connection stays. */
  | { readonly kind: "server"; readonly code?: number }
  /** The application did not authorise a channel; it is asked again. `status`: of its answer, if it gave one. */
  | { readonly kind: "authorization"; readonly channel: string; readonly status?: number }
  /** The socket's server refused a channel that the application had authorised; it is asked again. */
  | { readonly kind: "subscription"; readonly channel: string; readonly code?: number }
  /** A push does not fit its schema: `path` leads to the first misfit. */
  | ({ readonly kind: "invalid" } & PushFault)
  /** A method of the delegate threw. */
  | { readonly kind: "delegate"; readonly method: string }
  /** An event could not be handled, which is a fault of this package. */
  | { readonly kind: "defect"; readonly channel: string; readonly event: string }
  /** The socket's URL could not be fetched. */
  | { readonly kind: "socket-url"; readonly status?: number }
  /** What is needed to connect is missing or malformed. */
  | {
      readonly kind: "settings";
      readonly setting: "socketUrl" | "appKey" | "userToken" | "baseUrl" | "userId";
    };

/** One error for every error surface. No token and no key stands in it. */
export class PusherError extends Error {
  override readonly name = "PusherError";
  readonly fault: PusherFault;

  constructor(message: string, fault: PusherFault, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }

  /** Close code, or code of a `pusher:error`, where there is one. */
  get code(): number | undefined {
    return "code" in this.fault ? this.fault.code : undefined;
  }

  /** Where the misfit of a push is, such as `data.data.camera_id`. */
  get path(): string | undefined {
    return this.fault.kind === "invalid" ? this.fault.path : undefined;
  }
}

/** An error as Android hands it over. */
export interface VMSPusherError {
  readonly message?: string;
  readonly error?: PusherError;
}

/**
 * The errors of every `VMSPusherApi` of the process, the last one first for whoever comes late. Null before the
 * first, and again when another user is signed in. `api.errors` has those of one.
 */
export const vmsPusherErrorHandler = new BehaviorSubject<VMSPusherError | null>(null);
