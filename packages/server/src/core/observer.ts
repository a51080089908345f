import type { Wire } from "./encoder.ts";

/** Where something came from: a client of a wire, or a server API. */
export type Source = Wire | "pusher-api" | "centrifugo-api";

/** What is counted and logged. Called on hot paths: an implementation adds to plain numbers. */
export interface Observer {
  connected(wire: Wire): void;
  /** `reason` is a closure kind, or what the transport saw (`client`, `abnormal`, `too-big` …). */
  disconnected(wire: Wire, reason: string): void;
  subscriptions(wire: Wire, change: 1 | -1): void;
  /** A channel has its first subscriber of the wire here, or lost its last. */
  channels(wire: Wire, change: 1 | -1): void;
  received(wire: Wire, messages: number): void;
  /** Handed to the transport: one frame to so many followers. */
  sent(wire: Wire, messages: number): void;
  /** One publish accepted, and the seconds from its arrival to the end of the fan-out here. */
  published(source: Source, seconds: number): void;
  /** A client has recovered in a channel of the namespace, by so many publications. */
  recovered(namespace: string, publications: number): void;
  refused(source: Source, reason: string): void;
  /**
   * The back end's word was refused: why, from a closed list. `told`: a sentence for the log, at a bounded rate and
   * without secrets; undefined where there is nothing to log.
   */
  authRefused(source: Source, reason: string, told: string | undefined): void;
  /** Something accepted that somebody will not get, with the reason. */
  dropped(reason: string, count: number): void;
  /** An exception that should not be: logged with its cause, counted. */
  defect(where: string, cause: unknown): void;
  /** Something an operator should know. */
  notice(message: string): void;
}
