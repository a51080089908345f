/** Reads a body as text; undefined where it is longer than `limit` bytes. */
export async function readText(request: Request, limit: number): Promise<string | undefined> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) return undefined;
  const text = await request.text();
  // A chunked body declares nothing. Text is at most three bytes a character, so only what may exceed is measured.
  if (declared === 0 && text.length * 3 > limit && Buffer.byteLength(text) > limit) return undefined;
  return text;
}
