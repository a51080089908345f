import { boundedBytes } from "./bounded-bytes.ts";

/**
 * Reads a body as text; undefined where it is longer than `limit` bytes. Of a body that says its length, no byte is
 * waited for then; of one that does not, no more than the limit is kept.
 */
export async function readText(request: Request, limit: number): Promise<string | undefined> {
  const { headers, body } = request;
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (length > limit) return undefined;
  if (length <= limit) return request.text();
  if (body === null) return "";
  const bytes = await boundedBytes(body, limit);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** The same for bytes. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array | undefined> {
  const { headers, body } = request;
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (length > limit) return undefined;
  if (length <= limit) return new Uint8Array(await request.arrayBuffer());
  return body === null ? new Uint8Array(0) : boundedBytes(body, limit);
}
