import type { Clock } from "../../../core/clock.ts";
import type { Observer } from "../../../core/observer.ts";
import type { PusherApp } from "../settings.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { KeyRing } from "./key-ring.ts";

/** Refusals a second that are looked into; the others are only counted. So it is neither a lever nor a flood of lines. */
const examinedPerSecond = 10;

export interface AuthDoctorOptions {
  readonly clock: Clock;
  readonly observer: Observer;
  /** The client hears the reason; else the log does. */
  readonly verbose: boolean;
}

/** Says why the back end's word was refused. Asked only after a refusal: who is let in pays nothing. */
export class AuthDoctor {
  private readonly ring: KeyRing;
  private second = 0;
  private examined = 0;

  constructor(
    apps: readonly PusherApp[],
    private readonly options: AuthDoctorOptions,
  ) {
    this.ring = new KeyRing(apps);
  }

  /**
   * Counts a refusal by its reason. Returns what the client is told: `plain`, and where the server is verbose the reason
   * behind it.
   *
   * @param plain   what every client is told
   * @param examine finds the reason; called at a bounded rate
   */
  explain(source: "pusher" | "pusher-api", plain: string, examine: (ring: KeyRing) => Diagnosis): string {
    const { observer, verbose } = this.options;
    if (!this.mayExamine()) {
      observer.authRefused(source, "not-examined", undefined);
      return plain;
    }
    const { fault, message } = examine(this.ring);
    const told = this.ring.redact(`${plain}: ${message}`);
    observer.authRefused(source, fault, verbose ? undefined : told);
    return verbose ? told : plain;
  }

  private mayExamine(): boolean {
    const second = Math.floor(this.options.clock.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.examined = 0;
    }
    this.examined += 1;
    return this.examined <= examinedPerSecond;
  }
}
