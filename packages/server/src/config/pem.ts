import { readFileSync } from "node:fs";

const pemBlock = /-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----/;

/** PEM text from what an option may hold: that text, the same in base64, or the path of a file; undefined for none of them. */
export function readPem(given: string): string | undefined {
  if (pemBlock.test(given)) return given;
  const decoded = Buffer.from(given, "base64").toString("utf8");
  if (pemBlock.test(decoded)) return decoded;
  try {
    const content = readFileSync(given, "utf8");
    return pemBlock.test(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
