import { openSync } from "node:fs";
import pino, { type Logger } from "pino";

export type Log = Pick<Logger, "info" | "warn" | "error">;

export interface LogSettings {
  /** Pino's names, and `none`. */
  readonly level: string;
  /** Lines are added to it; empty = standard error. */
  readonly file: string;
  readonly node: string;
}

/** Lines of JSON, not on standard output: that stays a command's own. Throws where the file cannot be opened. */
export function createLog({ level, file, node }: LogSettings): Log {
  const dest = file === "" ? 2 : opened(file);
  const base = node === "" ? {} : { node };
  return pino({ level: level === "none" ? "silent" : level, base }, pino.destination({ dest, sync: false }));
}

function opened(file: string): number {
  try {
    return openSync(file, "a");
  } catch (cause) {
    throw new Error(`log.file cannot be opened: ${String(cause)}`, { cause });
  }
}
