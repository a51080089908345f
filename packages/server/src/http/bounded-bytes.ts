/** Reads a body to its end; undefined where it has more bytes than the limit, and then it is cancelled. */
export async function boundedBytes(
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
