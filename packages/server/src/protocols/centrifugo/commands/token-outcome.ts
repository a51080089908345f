import { refuse, type Refusal } from "../../../core/refusal.ts";
import { disconnect, type Disconnect } from "../outcome.ts";
import type { TokenFault } from "../tokens/jwt.ts";

/** What becomes of a client that asks for something by a token which is not taken. */
export type TokenCommand = "connect" | "subscribe" | "refresh" | "sub-refresh";

/** The codes are Centrifugo's (protocol notes, 2.1, 2.2, 2.8 and 4.2). */
export function outcomeOfFault({ kind, reason }: TokenFault, command: TokenCommand): Refusal | Disconnect {
  switch (kind) {
    case "unavailable":
      // Nobody knows whether the token is good: the client is to try again (100 is temporary).
      return refuse("internal", reason);
    case "expired":
      return command === "refresh"
        ? disconnect("connection-expired", reason)
        : refuse("token-expired", reason);
    case "invalid":
      return command === "subscribe"
        ? refuse("permission-denied", reason)
        : disconnect("invalid-token", reason);
  }
}
