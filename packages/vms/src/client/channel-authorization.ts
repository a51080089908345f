import * as v from "valibot";
import { ask, type RequestOptions } from "./request.ts";
import { endpoint } from "./socket-address.ts";

export interface AuthorizationRequest extends RequestOptions {
  readonly baseUrl: string;
  readonly userToken: string;
  readonly socketId: string;
  readonly channel: string;
  readonly signal?: AbortSignal;
}

export type Authorization =
  | { readonly ok: true; readonly auth: string }
  | { readonly ok: false; readonly message: string; readonly status?: number; readonly cause?: unknown };

const answerSchema = v.object({ auth: v.pipe(v.string(), v.nonEmpty()) });

/** Asks the application for its word that the user may listen: `POST {baseUrl}/api/v1/broadcasting/auth`. */
export async function authorizeChannel(request: AuthorizationRequest): Promise<Authorization> {
  const { baseUrl, userToken, socketId, channel } = request;
  const answer = await ask(
    endpoint(baseUrl, "api/v1/broadcasting/auth"),
    {
      method: "POST",
      headers: {
        authorization: `Bearer ${userToken}`,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      body: new URLSearchParams({ socket_id: socketId, channel_name: channel }).toString(),
    },
    request,
  );
  if (answer.kind === "unanswered")
    return { ok: false, message: `Nobody answered for channel ${channel}`, cause: answer.cause };
  const { status, body } = answer;
  // The mobile apps take 201 too.
  if (status !== 200 && status !== 201)
    return { ok: false, message: `Channel ${channel} was refused with status ${status}`, status };
  const parsed = v.safeParse(answerSchema, body);
  if (!parsed.success)
    return { ok: false, message: `The answer for channel ${channel} has no signature`, status };
  return { ok: true, auth: parsed.output.auth };
}
