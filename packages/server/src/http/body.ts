/**
 * Reads a body as text; undefined where it is longer than `limit` bytes. Of a body that says its length, no byte is
 * waited for then; of one that does not, no more than the limit is kept.
 */
export async function readText(request: Request, limit: number): Promise<string | undefined> {
  const { headers, body } = request;
  const length = Number(headers.get("content-length") ?? Number.NaN);
  if (length > limit) return undefined;
  if (length <= limit) return request.text();
  return body === null ? "" : readChunks(body, limit);
}

async function readChunks(body: ReadableStream<Uint8Array>, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
