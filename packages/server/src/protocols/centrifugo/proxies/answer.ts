import { closure } from "../../../core/closure.ts";
import { Refusal } from "../../../core/refusal.ts";
import { parseParams, type Params } from "../api/params.ts";
import { comesBack } from "../codes.ts";
import { Disconnect } from "../outcome.ts";

/** What the application said: a result (undefined = `null`, or none), or its own refusal. Else what is wrong with it. */
export type Said =
  | { readonly kind: "result"; readonly result: Params | undefined }
  | { readonly kind: "refused"; readonly refusal: Refusal | Disconnect }
  | { readonly kind: "wrong"; readonly what: "bad-json" | "bad-answer"; readonly detail: string };

/** Codes that the application may choose (protocol notes, 3.1 and 3.3). */
const ownErrorCodes = { least: 400, most: 1_999 } as const;
const ownDisconnectCodes = { least: 4_000, most: 4_999 } as const;
/** What a WebSocket close frame can carry besides the code. */
export const reasonBytes = 123;

/** A disconnect wins over an error, an error over a result (protocol notes, 7.1). */
export function parseAnswer(text: string): Said {
  const answer = parseParams(text);
  if (answer === undefined) return wrong("bad-json", "the answer is no JSON object");
  const disconnect = answer.object("disconnect");
  const error = answer.object("error");
  const result = answer.object("result");
  if (disconnect !== undefined) return refused(parseDisconnect(disconnect), answer);
  if (error !== undefined) return refused(parseError(error), answer);
  if (answer.faulty()) return wrong("bad-answer", "result, error and disconnect have to be objects");
  return { kind: "result", result };
}

/** A field of the result has another type than it should. */
export const badResult = "a field of the result has another type than it should";

function wrong(what: "bad-json" | "bad-answer", detail: string): Said {
  return { kind: "wrong", what, detail };
}

function refused(refusal: Refusal | Disconnect | string, answer: Params): Said {
  if (typeof refusal === "string") return wrong("bad-answer", refusal);
  return answer.faulty()
    ? wrong("bad-answer", "a field of the answer has another type than it should")
    : { kind: "refused", refusal };
}

function parseDisconnect(params: Params): Disconnect | string {
  const code = params.integer("code");
  const reason = params.string("reason");
  const { least, most } = ownDisconnectCodes;
  if (code < least || code > most) return `disconnect.code has to be ${least} to ${most}`;
  if (Buffer.byteLength(reason) > reasonBytes)
    return `disconnect.reason is at most ${reasonBytes} bytes long`;
  return closing({ code, reason });
}

function parseError(params: Params): Refusal | string {
  const code = params.integer("code");
  const message = params.string("message");
  const { least, most } = ownErrorCodes;
  if (code < least || code > most) return `error.code has to be ${least} to ${most}`;
  return ownRefusal({ code, message, temporary: params.flag("temporary") });
}

export function closing(custom: { readonly code: number; readonly reason: string }): Disconnect {
  const kind = comesBack(custom.code) ? "force-reconnect" : "force-disconnect";
  const why = closure(kind, "a proxy of the application disconnected the client");
  return new Disconnect({ ...why, custom });
}

export function ownRefusal(custom: {
  readonly code: number;
  readonly message: string;
  readonly temporary: boolean;
}): Refusal {
  const reason = custom.message === "" ? "the application refused" : custom.message;
  return new Refusal("by-application", reason, custom);
}
