import { foreignAnswer, statusFault } from "../calls/answer-fault.ts";
import type { ApiAnswer, Read } from "../calls/caller.ts";
import { isObject, objectOf, type JsonObject } from "../calls/json.ts";
import { passes, type PublishFault } from "../calls/publish-fault.ts";
import { wireNames, type ApiCommand, type ApiMethod } from "./commands.ts";
import { publishResult, readers, type PublishResult, type Results } from "./results.ts";

/** What became of one command of a batch. */
export type BatchReply<M extends ApiMethod> =
  | { readonly ok: true; readonly result: Results[M] }
  | {
      readonly ok: false;
      /** The server's error code (protocol notes, 3.1). */
      readonly code: number;
      readonly reason: string;
    };

type CodedFault = Extract<PublishFault, { readonly code?: number }> & { readonly code: number };

/** Internal errors and too many requests: the two that pass (protocol notes, 3.1). */
const passing: ReadonlySet<number> = new Set([100, 111]);

/** The answer to one command, as `{"result"}` or `{"error"}` in a 200, or with the error's own status. */
export function readAnswer<C extends ApiCommand>(command: C, answer: ApiAnswer): Read<Results[C["method"]]> {
  const body = bodyOf(answer);
  if (!body.ok) return body;
  return readResult(command, body.value["result"], answer);
}

/** The answer to a batch; it alone has no `result` around it (protocol notes, 15). */
export function readBatch(
  commands: readonly ApiCommand[],
  answer: ApiAnswer,
): Read<readonly BatchReply<ApiMethod>[]> {
  const body = bodyOf(answer);
  if (!body.ok) return body;
  const { replies } = isObject(body.value["result"]) ? body.value["result"] : body.value;
  if (!Array.isArray(replies) || replies.length !== commands.length)
    return { ok: false, fault: foreignAnswer(answer) };
  const list: readonly unknown[] = replies;
  const read: BatchReply<ApiMethod>[] = [];
  for (const [i, command] of commands.entries()) {
    const reply = batchReply(command, list[i], answer);
    if (!reply.ok && "fault" in reply) return reply;
    read.push(reply);
  }
  return { ok: true, value: read };
}

function batchReply(
  command: ApiCommand,
  reply: unknown,
  answer: ApiAnswer,
): BatchReply<ApiMethod> | { readonly ok: false; readonly fault: PublishFault } {
  const found = isObject(reply) ? reply : {};
  const fault = errorFault(found["error"], answer.status);
  const result: Read<Results[ApiMethod]> =
    fault === undefined
      ? readResult(command, found[wireNames[command.method]], answer)
      : { ok: false, fault };
  if (result.ok) return { ok: true, result: result.value };
  if (!("code" in result.fault)) return result;
  return { ok: false, code: result.fault.code, reason: result.fault.reason };
}

function bodyOf(answer: ApiAnswer): Read<JsonObject> {
  const { status } = answer;
  const body = objectOf(answer.text);
  if (status < 200 || status > 299) {
    const said = { code: body?.["code"], message: body?.["message"] };
    return {
      ok: false,
      fault: statusFault(answer, {
        ...(typeof said.code === "number" ? { code: said.code } : {}),
        reason: typeof said.message === "string" ? said.message : undefined,
      }),
    };
  }
  if (body === undefined) return { ok: false, fault: foreignAnswer(answer) };
  const fault = errorFault(body["error"], status);
  return fault === undefined ? { ok: true, value: body } : { ok: false, fault };
}

function errorFault(error: unknown, status: number): CodedFault | undefined {
  if (!isObject(error) || typeof error["code"] !== "number") return undefined;
  const { code, message } = error;
  const reason = typeof message === "string" && message !== "" ? message : "the server says no more";
  return { kind: passing.has(code) ? "unavailable" : "refused", status, code, reason };
}

function readResult<C extends ApiCommand>(
  command: C,
  result: unknown,
  answer: ApiAnswer,
): Read<Results[C["method"]]> {
  if (!isObject(result)) return { ok: false, fault: foreignAnswer(answer) };
  // The reader is that of the command's own method, which the compiler does not follow through the union.
  const read = (
    command.method === "broadcast"
      ? broadcastResult(command.channels, result, answer)
      : readers[command.method](result)
  ) as Results[C["method"]] | { readonly ok: false; readonly fault: PublishFault } | undefined;
  if (read === undefined) return { ok: false, fault: foreignAnswer(answer) };
  return "fault" in read ? read : { ok: true, value: read };
}

/** Where some channels did not get it, the call has failed; first of all, where trying again helps. */
function broadcastResult(
  channels: readonly string[],
  { responses }: JsonObject,
  { status }: ApiAnswer,
): readonly PublishResult[] | { readonly ok: false; readonly fault: PublishFault } | undefined {
  if (!Array.isArray(responses) || responses.length !== channels.length) return undefined;
  const list: readonly unknown[] = responses;
  const faults = list.flatMap((response, i) => {
    const fault = isObject(response) ? errorFault(response["error"], status) : undefined;
    return fault === undefined ? [] : [{ ...fault, reason: `${channels[i] ?? ""}: ${fault.reason}` }];
  });
  const fault = faults.find(passes) ?? faults[0];
  if (fault !== undefined) return { ok: false, fault };
  const results = list.map((response) => (isObject(response) ? response["result"] : undefined));
  return results.every(isObject) ? results.map(publishResult) : undefined;
}
