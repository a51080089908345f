import { faultText, type Fault } from "../config/index.ts";

/** What the command line touches of its process; `process` itself is one. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  exit(code: number): void;
}

/** Ends a command with exit code 1 and one line for each fault. */
export function fail(io: Io, faults: readonly Fault[]): void {
  for (const fault of faults) io.stderr.write(`twinwire: ${faultText(fault)}\n`);
  io.exit(1);
}
