/** Error replies: message, and whether the same command may succeed later (protocol notes, 3.1). */
export const errors: Readonly<Record<number, readonly [message: string, temporary: boolean]>> = {
  100: ["internal server error", true],
  101: ["unauthorized", false],
  102: ["unknown channel", false],
  103: ["permission denied", false],
  104: ["method not found", false],
  105: ["already subscribed", false],
  106: ["limit exceeded", false],
  107: ["bad request", false],
  108: ["not available", false],
  109: ["token expired", false],
  110: ["expired", false],
  112: ["unrecoverable position", false],
};

/** Close codes and their reasons (protocol notes, 3.3). */
export const closings: Readonly<Record<number, string>> = {
  3001: "shutdown",
  3004: "internal server error",
  3005: "connection expired",
  3006: "subscription expired",
  3008: "slow",
  3010: "insufficient state",
  3011: "force reconnect",
  3012: "no pong",
  3500: "invalid token",
  3501: "bad request",
  3502: "stale",
  3503: "force disconnect",
  3504: "connection limit",
  3505: "channel limit",
  3506: "inappropriate protocol",
  3507: "permission denied",
  3508: "not available",
};

/** Unsubscribe pushes (protocol notes, 3.2). */
export const unsubscribes: Readonly<Record<number, string>> = {
  2000: "server unsubscribe",
  2500: "insufficient state",
  2501: "subscription expired",
};
