import pino, { type Logger } from "pino";

export type Log = Pick<Logger, "info" | "warn" | "error">;

export interface LogSettings {
  /** Pino's names, and `none`. */
  readonly level: string;
  readonly node: string;
}

/** Lines of JSON on standard error, so that standard output stays a command's own. */
export function createLog({ level, node }: LogSettings): Log {
  const base = node === "" ? {} : { node };
  return pino(
    { level: level === "none" ? "silent" : level, base },
    pino.destination({ dest: 2, sync: false }),
  );
}
