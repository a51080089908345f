/** Which question to the DevAPI went wrong. */
export type DevApiRequest = "connection-token" | "subscription-token" | "channel";

/** How a question to the DevAPI can end other than with an answer. Bearer tokens are never part of it. */
export type RequestFault =
  /** 401: the user's or application's token is not, or no longer, good. */
  | { readonly kind: "unauthorized"; readonly request: DevApiRequest; readonly message: string }
  /** 403: the token is good, but not for this. */
  | { readonly kind: "forbidden"; readonly request: DevApiRequest; readonly message: string }
  /** 404: there is no such slug. */
  | { readonly kind: "not-found"; readonly request: DevApiRequest; readonly message: string }
  /** Any other status but 200. */
  | {
      readonly kind: "unavailable";
      readonly request: DevApiRequest;
      readonly status: number;
      readonly message: string;
    }
  /** No answer: the network, or the time allowed for one try. */
  | { readonly kind: "unreachable"; readonly request: DevApiRequest; readonly cause: unknown }
  /** 200, but the body is not what the DevAPI promises; `path` as in `data.token`. */
  | {
      readonly kind: "unexpected-answer";
      readonly request: DevApiRequest;
      readonly path: string;
      readonly message: string;
    }
  /** The `token` function of the application threw or took too long, or what it gave is no token. */
  | { readonly kind: "token"; readonly request: DevApiRequest; readonly cause: unknown };

/** What concerns the connection. */
export type LiveFault =
  | RequestFault
  /** A try to connect or to renew failed; the next one comes by itself. Codes are centrifuge's or the server's. */
  | { readonly kind: "connection"; readonly code: number; readonly message: string }
  /** The server ended the connection for good; `connect()` starts again. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** A handler of the application threw, or its promise was rejected; the others were called all the same. */
  | { readonly kind: "handler"; readonly event: string; readonly cause: unknown };
