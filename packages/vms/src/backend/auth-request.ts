import { isSocketId } from "@twinwire/backend";

/** Which connection wants to subscribe to what. */
export interface AuthRequest {
  readonly socketId: string;
  readonly channel: string;
}

export type AskedOrNot =
  | { readonly ok: true; readonly asked: AuthRequest }
  | { readonly ok: false; readonly status: 400 | 413 | 422; readonly message: string };

/** The body as text; `undefined` where it has more bytes than `limit`, of which no more are read. */
async function bodyWithin(request: Request, limit: number): Promise<string | undefined> {
  if (Number(request.headers.get("content-length")) > limit) return undefined;
  const reader = request.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Reads one field; `undefined` where it is missing, no text, or there twice. */
type Fields = (name: string) => string | undefined;

/** Whatever does not say that it is JSON is a form: the iOS app sends one without saying so, and unencoded. */
function formFields(text: string): Fields {
  const params = new URLSearchParams(text);
  return (name) => {
    const [value, ...others] = params.getAll(name);
    return others.length === 0 ? value : undefined;
  };
}

function jsonFields(text: string): Fields | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(body));
  return (name) => {
    const value = fields.get(name);
    return typeof value === "string" ? value : undefined;
  };
}

function malformed(status: 400 | 422, message: string): AskedOrNot {
  return { ok: false, status, message };
}

/** Reads what a client asks for, in the form bodies of both mobile apps or as JSON. `limit` is in bytes. */
export async function readAuthRequest(request: Request, limit: number): Promise<AskedOrNot> {
  const text = await bodyWithin(request, limit);
  if (text === undefined)
    return { ok: false, status: 413, message: `The body has more than ${limit} bytes.` };
  const isJson = /^application\/json\b/i.test(request.headers.get("content-type") ?? "");
  const fields = isJson ? jsonFields(text) : formFields(text);
  if (fields === undefined) return malformed(400, "The body is not a JSON object.");
  const socketId = fields("socket_id");
  if (socketId === undefined || !isSocketId(socketId))
    return malformed(422, "socket_id has to be the id of a connection.");
  const channel = fields("channel_name");
  if (channel === undefined || channel === "") return malformed(422, "channel_name has to be a channel.");
  return { ok: true, asked: { socketId, channel } };
}
