import { fstatSync, openSync } from "node:fs";
import pino, { type Logger } from "pino";

export type Log = Pick<Logger, "info" | "warn" | "error">;

export interface LogSettings {
  /** Pino's names, and `none`. */
  readonly level: string;
  /** Lines are added to it; empty = standard error. */
  readonly file: string;
  readonly node: string;
}

/** Bytes of lines that wait for whoever reads them, or for room on the disk; what comes then is dropped. */
const waitingLimit = 4 * 1024 * 1024;

/**
 * Lines of JSON, not on standard output: that stays a command's own. Throws where the file cannot be opened. One that
 * cannot be written later costs lines, and nothing else.
 */
export function createLog({ level, file, node }: LogSettings): Log {
  const dest = file === "" ? standardError : opened(file);
  // A reader may keep us waiting, a file does not. And at the exit what is left for later is tried for ever (sonic-boom).
  const sync = file !== "" || isFile(dest);
  const destination = pino.destination({ dest, sync, maxLength: waitingLimit });
  let failing = false;
  destination.on("error", ({ message }: Error) => {
    if (!failing && file !== "") process.stderr.write(`twinwire: log.file cannot be written: ${message}\n`);
    failing = true;
  });
  destination.on("write", () => {
    failing = false;
  });
  const base = node === "" ? {} : { node };
  return pino({ level: level === "none" ? "silent" : level, base }, destination);
}

const standardError = 2;

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    // Closed.
    return false;
  }
}

function opened(file: string): number {
  try {
    return openSync(file, "a");
  } catch (cause) {
    throw new Error(`log.file cannot be opened: ${String(cause)}`, { cause });
  }
}
