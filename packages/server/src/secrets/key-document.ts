import { boundedBytes } from "../http/bounded-bytes.ts";

/** Why a document of keys is not to be had. */
export type DocumentFault = "timeout" | "no-answer" | "status" | "too-long" | "stopped";

export type FetchDocument = (
  url: string,
  stop: AbortSignal,
) => Promise<{ readonly text: string } | { readonly fault: DocumentFault }>;

/** Milliseconds of one try, its body included (protocol notes, 4.3). */
const patience = 1_000;
const tries = 2;
/** Bytes. A key with its certificates is some 5 kB. */
const longest = 262_144;

/**
 * A text from an address of the configuration, by GET. Redirects are not followed: they would lead to wherever a key
 * server says. Never rejects.
 */
export const fetchDocument: FetchDocument = async (url, stop) => {
  let last: DocumentFault = "no-answer";
  for (let made = 0; made < tries && !stop.aborted; made += 1) {
    const answer = await tryOnce(url, stop);
    if (typeof answer !== "string") return answer;
    last = answer;
  }
  return { fault: stop.aborted ? "stopped" : last };
};

async function tryOnce(url: string, stop: AbortSignal): Promise<{ readonly text: string } | DocumentFault> {
  const limit = AbortSignal.timeout(patience);
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json", "accept-encoding": "identity" },
      redirect: "manual",
      signal: AbortSignal.any([limit, stop]),
      // A few bytes could unpack to more than anybody has.
      decompress: false,
    });
    if (response.status !== 200) {
      response.body?.cancel().catch(() => undefined);
      return "status";
    }
    const body = response.body as ReadableStream<Uint8Array> | null;
    if (body === null) return { text: "" };
    const bytes = await boundedBytes(body, longest);
    return bytes === undefined ? "too-long" : { text: bytes.toString("utf8") };
  } catch {
    return limit.aborted ? "timeout" : "no-answer";
  }
}
