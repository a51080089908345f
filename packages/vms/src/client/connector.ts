import { backoff, type BackoffOptions } from "./backoff.ts";
import { ConnectionState } from "./connection-state.ts";
import { deviceNetwork, type Network } from "./network.ts";
import { PusherConnection, type ConnectionEnd, type ConnectionTarget } from "./pusher-connection.ts";
import { PusherError } from "./pusher-error.ts";
import { isRecoveryDue, type Recovered, type RecoveryOptions } from "./recovery.ts";

export interface ConnectorOwner {
  /** Where to connect to, as it is known at the moment. */
  target(): ConnectionTarget;
  backoff(): BackoffOptions;
  /** Undefined where the socket's URL is not to be fetched again. */
  recovery(): RecoveryOptions | undefined;
  /** Fetches the socket's URL again. Never rejects. */
  recover(signal: AbortSignal): Promise<Recovered>;
  changed(from: ConnectionState, to: ConnectionState): void;
  opened(): void;
  /** The connection is gone, or could not be made. */
  interrupted(error: PusherError): void;
  /** Something else went wrong. */
  failed(error: PusherError): void;
  subscribed(channels: readonly string[]): void;
  event(channel: string, event: string, data: unknown): void;
}

/** Close codes with which the server says not to come back. */
function isFinal({ code }: ConnectionEnd): boolean {
  return code !== undefined && code >= 4000 && code <= 4099;
}

/** Close codes with which the server says to come back at once. */
function isAtOnce({ code }: ConnectionEnd): boolean {
  return code !== undefined && code >= 4200 && code <= 4299;
}

/** A connection that stood for so many milliseconds was a good one: after it, waiting begins anew. */
const stable = 10_000;

function errorOf(end: ConnectionEnd): PusherError {
  const { wasOpen, code, reason } = end;
  const details = [code, reason].filter((part) => part !== undefined).join(", ");
  const because = details === "" ? "" : ` (${details})`;
  if (isFinal(end) && code !== undefined)
    return new PusherError(`The server has refused the connection${because}`, { kind: "refused", code });
  if (wasOpen)
    return new PusherError(`The connection was lost${because}`, { kind: "lost", code: code ?? 1006 });
  return new PusherError(`Could not connect${because === "" ? ": it took too long" : because}`, {
    kind: "unreachable",
    ...(code === undefined ? {} : { code }),
  });
}

/** Keeps one connection up, from `start()` to `stop()`. Never are there two. */
export class Connector {
  private readonly owner: ConnectorOwner;
  private readonly network: Network;
  private current: ConnectionState = ConnectionState.disconnected;
  private connection: PusherConnection | undefined;
  private stopWaiting: (() => void) | undefined;
  private failures = 0;
  /** How often the wait has doubled. */
  private steps = 0;
  private openedAt = 0;
  private startAgain = false;

  constructor(owner: ConnectorOwner, network: Network = deviceNetwork) {
    this.owner = owner;
    this.network = network;
  }

  get state(): ConnectionState {
    return this.current;
  }

  get isStarted(): boolean {
    return this.current !== ConnectionState.disconnected && this.current !== ConnectionState.disconnecting;
  }

  get socketId(): string | undefined {
    return this.connection?.socketId;
  }

  get subscribedChannels(): readonly string[] {
    return this.connection?.subscribedChannels ?? [];
  }

  /** Connects; where it waits for the next attempt, makes it now. */
  start(): void {
    if (this.current === ConnectionState.disconnecting) {
      this.startAgain = true;
      return;
    }
    if (this.connection !== undefined) return;
    if (this.current !== ConnectionState.disconnected) {
      this.attemptAgain();
      return;
    }
    this.failures = 0;
    this.steps = 0;
    this.attempt();
    this.move(ConnectionState.connecting);
  }

  stop(): void {
    if (!this.isStarted) {
      // Where it is disconnecting, and was asked to start again after that: no more.
      this.startAgain = false;
      return;
    }
    this.cancelWait();
    this.drop();
    this.move(ConnectionState.disconnecting);
    this.owner.subscribed([]);
    this.move(ConnectionState.disconnected);
    if (!this.startAgain) return;
    this.startAgain = false;
    this.start();
  }

  /** Goes over to another target. */
  restart(): void {
    if (this.current === ConnectionState.connected) {
      this.stop();
      this.start();
    } else if (this.isStarted) {
      this.drop();
      this.attemptAgain();
    }
  }

  follow(channels: readonly string[]): void {
    this.connection?.follow(channels);
    this.owner.subscribed(this.subscribedChannels);
  }

  retryChannels(): void {
    this.connection?.retryChannels();
  }

  private attempt(): void {
    this.cancelWait();
    this.connection = new PusherConnection(this.owner.target(), {
      opened: () => {
        this.opened();
      },
      ended: (end) => {
        this.ended(end);
      },
      failed: (error) => {
        this.owner.failed(error);
      },
      subscribed: () => {
        this.owner.subscribed(this.subscribedChannels);
      },
      event: (channel, event, data) => {
        this.owner.event(channel, event, data);
      },
    });
  }

  private attemptAgain(): void {
    this.attempt();
    if (this.current === ConnectionState.reconnectingWhenNetworkBecomesReachable)
      this.move(ConnectionState.reconnecting);
  }

  private opened(): void {
    this.openedAt = Date.now();
    this.failures = 0;
    this.owner.opened();
    this.move(ConnectionState.connected);
  }

  private ended(end: ConnectionEnd): void {
    if (end.wasOpen && Date.now() - this.openedAt >= stable) this.steps = 0;
    this.failures += 1;
    this.drop();
    const next = this.proceed(end);
    this.move(next);
    // After the move, whoever disconnects when told of this stops what comes next.
    this.owner.subscribed(this.subscribedChannels);
    // Whoever disconnects when told of it does not want to hear that the connection needs care.
    if (this.isStarted || next === ConnectionState.disconnected) this.owner.interrupted(errorOf(end));
    else this.owner.failed(errorOf(end));
  }

  /** Sees to what comes next, and tells the state until then. */
  private proceed(end: ConnectionEnd): ConnectionState {
    const recovery = this.owner.recovery();
    if (isFinal(end)) {
      if (recovery === undefined) return ConnectionState.disconnected;
      this.recover("stop");
      return ConnectionState.reconnecting;
    }
    if (!this.network.isOnline()) {
      this.stopWaiting = this.network.onceOnline(() => {
        this.attemptAgain();
      });
      return ConnectionState.reconnectingWhenNetworkBecomesReachable;
    }
    const delay = isAtOnce(end) && this.steps === 0 ? 0 : backoff(this.steps, this.owner.backoff());
    this.steps += 1;
    this.wait(delay, () => {
      if (recovery !== undefined && isRecoveryDue(this.failures, recovery)) this.recover("go on");
      else this.attempt();
    });
    return ConnectionState.reconnecting;
  }

  private wait(delay: number, then: () => void): void {
    const timer = setTimeout(then, delay);
    this.stopWaiting = () => {
      clearTimeout(timer);
    };
  }

  /** Tries again with what the application says now; `unchanged`: what to do where that is the same as before. */
  private recover(unchanged: "go on" | "stop"): void {
    const control = new AbortController();
    this.stopWaiting = () => {
      control.abort();
    };
    void this.owner.recover(control.signal).then((recovered) => {
      if (control.signal.aborted) return;
      if (recovered === "changed" || unchanged === "go on") this.attempt();
      else if (recovered === "failed") {
        this.wait(backoff(this.steps, this.owner.backoff()), () => {
          this.recover(unchanged);
        });
        this.steps += 1;
      } else {
        this.cancelWait();
        this.move(ConnectionState.disconnected);
      }
    });
  }

  private cancelWait(): void {
    const { stopWaiting } = this;
    this.stopWaiting = undefined;
    stopWaiting?.();
  }

  private drop(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  private move(to: ConnectionState): void {
    const from = this.current;
    if (from === to) return;
    this.current = to;
    this.owner.changed(from, to);
  }
}
