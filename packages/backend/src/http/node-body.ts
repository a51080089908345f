import type { IncomingMessage } from "node:http";

type Bytes = Uint8Array<ArrayBuffer>;

export type NodeBody =
  | { readonly kind: "none" }
  /** As it was sent. */
  | { readonly kind: "bytes"; readonly bytes: Bytes }
  /** Made of what a parser before has left: its length and its compression are not those of the request. */
  | { readonly kind: "rebuilt"; readonly content: string | Bytes }
  | { readonly kind: "too-large" }
  /** The client has gone before the end of it. */
  | { readonly kind: "cut" };

/**
 * The whole body of a request of `node:http`. Something before may have read it: Express' parsers leave what they found
 * in `request.body`. Rejects where that cannot be had any more.
 *
 * @param limit in bytes; of what is longer, no more is read
 */
export async function nodeBody(request: IncomingMessage, limit: number): Promise<NodeBody> {
  if (request.method === "GET" || request.method === "HEAD") return { kind: "none" };
  // Before its version 5, Express leaves an empty object also where it has read nothing.
  if (request.readableDidRead || request.readableEnded) return parsedBody(request, limit);
  if (request.destroyed) return { kind: "cut" };
  if (Number(request.headers["content-length"]) > limit) return { kind: "too-large" };
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Not `for await`, which would destroy the connection when it stops before the end.
  return new Promise((resolve) => {
    const take = (chunk: Uint8Array): void => {
      size += chunk.byteLength;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      request.off("data", take);
      request.resume();
      resolve({ kind: "too-large" });
    };
    request.on("data", take);
    request.on("end", () => {
      resolve({ kind: "bytes", bytes: Buffer.concat(chunks) });
    });
    const cut = (): void => {
      resolve({ kind: "cut" });
    };
    request.on("error", cut);
    request.on("close", cut);
  });
}

function parsedBody(request: IncomingMessage, limit: number): NodeBody {
  const body: unknown = "body" in request ? request.body : undefined;
  if (body === undefined) throw new Error("the body has been read already, and nobody has kept it");
  const content = contentOf(body, request.headers["content-type"] ?? "");
  const size = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
  return size > limit ? { kind: "too-large" } : { kind: "rebuilt", content };
}

function contentOf(body: unknown, type: string): string | Bytes {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (/^application\/x-www-form-urlencoded\b/i.test(type) && typeof body === "object" && body !== null)
    return form(body);
  return JSON.stringify(body);
}

/** Fields with one text, or with several of the same name. */
function form(body: object): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(body) as [string, unknown][])
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      fields.append(name, typeof one === "string" ? one : JSON.stringify(one));
  return fields.toString();
}
