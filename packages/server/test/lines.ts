/** Hands over what a program prints, line by line, until it ends. */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  into: { push(line: string): void },
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) into.push(line);
  }
}
