import * as v from "valibot";
import { vmsSocketResponseSchema, type VMSSocketResponse } from "../models/socket-response.ts";
import { camelized } from "../models/wire-names.ts";
import { PusherError } from "./pusher-error.ts";
import { ask, type RequestOptions } from "./request.ts";
import { endpoint, socketAddress } from "./socket-address.ts";

export interface SocketUrlRequest extends RequestOptions {
  /** Address of the application. */
  readonly baseUrl: string;
  readonly userToken: string;
  readonly signal?: AbortSignal;
}

function failure(message: string, status?: number, cause?: unknown): PusherError {
  return new PusherError(message, { kind: "socket-url", ...(status === undefined ? {} : { status }) }, cause);
}

/**
 * Asks the application where the socket is: `GET {baseUrl}/api/v1/wsurl` with the bearer token.
 *
 * @throws PusherError of kind `socket-url` when it does not answer, answers with another status than 200, or with
 * something else than the address of a WebSocket and the key of an app.
 */
export async function getSocketUrl(request: SocketUrlRequest): Promise<VMSSocketResponse> {
  const { baseUrl, userToken } = request;
  const headers = { authorization: `Bearer ${userToken}`, accept: "application/json" };
  const answer = await ask(endpoint(baseUrl, "api/v1/wsurl"), { headers }, request);
  if (answer.kind === "unanswered")
    throw failure("The socket's URL could not be fetched", undefined, answer.cause);
  const { status, body } = answer;
  if (status !== 200) throw failure(`The socket's URL was refused with status ${status}`, status);
  const parsed = v.safeParse(vmsSocketResponseSchema, body);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue) ?? "the answer";
    throw failure(`The socket's URL came malformed: ${path}: ${issue.message}`, status);
  }
  const response = camelized(parsed.output);
  if (socketAddress(response.wsUrl) === undefined)
    throw failure("The socket's URL came malformed: ws_url: not the URL of a WebSocket", status);
  return response;
}
