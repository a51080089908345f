/**
 * Reads a body as text; undefined where it is longer than `limit` bytes. The listener has a limit of its own for what
 * is read at all.
 */
export function readText(request: Request, limit: number): Promise<string | undefined> {
  return request.text().then((text) => {
    // A character is at most three bytes, so only what may exceed is measured.
    const fits = text.length * 3 <= limit || (text.length <= limit && Buffer.byteLength(text) <= limit);
    return fits ? text : undefined;
  });
}
