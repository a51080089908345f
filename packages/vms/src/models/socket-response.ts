import type * as v from "valibot";

import { integer, model, optional, text } from "./field.ts";
import type { Camelized } from "./wire-names.ts";

/** The answer of `GET /api/v1/wsurl`; iOS needs the first two, Android declares all (pusher-protocol 8.1). */
export const socketResponse = model({
  ws_url: text,
  app_key: text,
  port: optional(integer),
  host: optional(text),
  path: optional(text),
  is_encrypted: optional(text),
});

export const vmsSocketResponseSchema = socketResponse.read;

export type VMSSocketResponse = Camelized<v.InferOutput<typeof vmsSocketResponseSchema>>;
