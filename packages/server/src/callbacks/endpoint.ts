import type { Letter } from "./letter.ts";

/** How an https address is spoken to, in PEM. */
export interface ClientTls {
  /** What is shown, and its key. @default none */
  readonly cert?: string;
  readonly key?: string;
  /** Authorities that are trusted. @default those of the system */
  readonly ca?: string;
  /** False: any certificate will do. */
  readonly rejectUnauthorized: boolean;
  /** Asked for, and what the certificate must have. @default that of the address */
  readonly serverName?: string;
}

/** A request as it goes out. */
export interface CallbackRequest {
  readonly url: string;
  /** Undefined: as the runtime does it. */
  readonly tls?: ClientTls | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Somebody to be told, in a dialect of theirs. */
export interface Endpoint {
  /** Unique, and the same after a restart with the same configuration. */
  readonly name: string;
  /** As an operator knows it, without secrets. */
  readonly shown: string;
  /** One request that tells all of the letters, in their order. Called anew for each try. */
  request(letters: readonly Letter[]): CallbackRequest;
}

/** Why a try failed. */
export type Failure =
  | "timeout"
  | "no-answer"
  | "redirect"
  | "status-3xx"
  | "status-4xx"
  | "status-5xx"
  | "status-other"
  | "stopped";

/** Why a letter will never arrive. */
export type Loss = "queue-full" | "gave-up" | "stopped" | "no-endpoint";

/** What became of a try. */
export type Verdict =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly failure: Failure; readonly detail: string };

/** Makes one try. Never rejects; ends soon after `abort` fires. */
export type Send = (request: CallbackRequest, abort: AbortSignal) => Promise<Verdict>;

/** What is counted and logged of callbacks. */
export interface CallbackObserver {
  delivered(endpoint: Endpoint, letters: number): void;
  failed(endpoint: Endpoint, failure: Failure, detail: string): void;
  lost(shown: string, loss: Loss, letters: number): void;
  /** The spool could not be written: what waits is safe in memory alone. */
  spoolFailed(cause: unknown): void;
  /** It was written. */
  spoolWritten(): void;
  /** Something an operator should know. */
  notice(message: string): void;
}
