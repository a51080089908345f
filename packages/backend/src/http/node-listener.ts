import type { IncomingMessage, ServerResponse } from "node:http";
import type { Handler } from "./handler.ts";
import { nodeBody } from "./node-body.ts";
import { isUnrouted } from "./routes.ts";

export interface NodeListenerOptions {
  /**
   * Bytes of a request's body; over it, 413.
   * @default 1_048_576 (1 MiB)
   */
  readonly bodyLimit?: number;
  /**
   * Is told what a handler threw, where there is no `next` to tell. The client gets a 500 that says nothing of it.
   * @default nobody is told
   */
  readonly defect?: (cause: unknown) => void;
}

/** As `node:http` and Express call it. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/**
 * A standard handler for `node:http`, Express and what is like them. In Express it may stand anywhere: it sees the whole
 * path, also where it is mounted under one, and bodies that a parser has read before. What `routes` has no path for goes
 * to `next`, and so does what the handler throws. A path that a URL would read as another one, as `/a/../b`, gets 400.
 */
export function nodeListener(handler: Handler, options: NodeListenerOptions = {}): NodeListener {
  const { bodyLimit = 1_048_576, defect } = options;
  return (incoming, outgoing, next) => {
    answer({ handler, incoming, outgoing, bodyLimit }).then(
      (answered) => {
        if (answered) return;
        if (next === undefined) plain(outgoing, 404, "not found");
        else next();
      },
      (cause: unknown) => {
        if (next !== undefined && !outgoing.headersSent) {
          next(cause);
          return;
        }
        defect?.(cause);
        // Half an answer must not look like a whole one.
        if (outgoing.headersSent) outgoing.destroy();
        else plain(outgoing, 500, "internal server error");
      },
    );
  };
}

interface Exchange {
  readonly handler: Handler;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly bodyLimit: number;
}

/** False where there is nothing at this path. */
async function answer({ handler, incoming, outgoing, bodyLimit }: Exchange): Promise<boolean> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = await standardRequest(incoming, bodyLimit, gone.signal);
  if (request === "cut") return true;
  if (typeof request === "number") {
    plain(outgoing, request, request === 413 ? `a body has at most ${bodyLimit} bytes` : "bad request");
    return true;
  }
  const response = await handler(request);
  if (isUnrouted(response)) {
    await response.body?.cancel();
    return false;
  }
  await send(response, outgoing, incoming.method === "HEAD");
  return true;
}

/** The status to answer with, where it is no request that a handler could be given; `cut`: nobody waits for one. */
async function standardRequest(
  incoming: IncomingMessage,
  bodyLimit: number,
  signal: AbortSignal,
): Promise<Request | 400 | 413 | "cut"> {
  const url = urlOf(incoming);
  if (url === undefined) return 400;
  const body = await nodeBody(incoming, bodyLimit);
  if (body.kind === "too-large") return 413;
  if (body.kind === "cut") return "cut";
  try {
    const headers = headersOf(incoming);
    const init: RequestInit = { method: incoming.method ?? "GET", headers, signal };
    switch (body.kind) {
      case "none":
        break;
      case "bytes":
        init.body = body.bytes;
        break;
      case "rebuilt":
        for (const name of ["content-length", "content-encoding"]) headers.delete(name);
        init.body = body.content;
        break;
    }
    return new Request(url, init);
  } catch {
    return 400;
  }
}

/** What a URL would read as a step up or as another slash: `/./`, `/../`, `/%2e%2e`, `\`. */
const otherPath = /^[^?#]*(?:\\|\/(?:\.|%2e){1,2}(?:[/?#]|$))/i;

/**
 * By hand: a resolver would take the beginning of `//path` for a host. The path has to stay as it was sent, so that
 * whoever has let it pass by its path before, as Express does, has seen the one that the handler sees.
 */
function urlOf(incoming: IncomingMessage): string | undefined {
  const target = text(incoming, "originalUrl") ?? incoming.url ?? "/";
  const { host: named = incoming.headers[":authority"] ?? "" } = incoming.headers;
  // With none, the beginning of the path would be it.
  const host = named === "" ? "localhost" : String(named);
  const secure = "encrypted" in incoming.socket && incoming.socket.encrypted === true;
  // Express knows it behind a proxy, too.
  const scheme = text(incoming, "protocol") ?? (secure ? "https" : "http");
  const url = target.startsWith("/") ? `${scheme}://${host}${target}` : target;
  if (!/^https?:\/\/[^/]/i.test(url) || otherPath.test(target) || /[/?#@\\]/.test(host)) return undefined;
  return URL.canParse(url) ? url : undefined;
}

/** What Express adds to a request. */
function text(incoming: IncomingMessage, name: "originalUrl" | "protocol"): string | undefined {
  const value = (incoming as { readonly [key in typeof name]?: unknown })[name];
  return typeof value === "string" ? value : undefined;
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    // HTTP/2 has method and path among them.
    if (!name.startsWith(":")) headers.append(name, rawHeaders[i + 1] ?? "");
  }
  headers.delete("transfer-encoding");
  return headers;
}

function sendHead(response: Response, outgoing: ServerResponse): void {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
}

async function send(response: Response, outgoing: ServerResponse, head: boolean): Promise<void> {
  if (response.body === null || head) {
    await response.body?.cancel();
    sendHead(response, outgoing);
    outgoing.end();
    return;
  }
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const leave = (): void => {
    reader.cancel().catch(() => undefined);
  };
  outgoing.once("close", leave);
  let part = await reader.read();
  // Not before: the headers of a body that cannot be read do not fit the answer that tells so.
  sendHead(response, outgoing);
  for (; !part.done && !outgoing.destroyed; part = await reader.read())
    if (!outgoing.write(part.value)) await drained(outgoing);
  outgoing.off("close", leave);
  outgoing.end();
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
  });
}

function plain(outgoing: ServerResponse, status: number, error: string): void {
  // Somebody else, such as a time limit, has answered in the meantime.
  if (outgoing.headersSent) return;
  outgoing.statusCode = status;
  outgoing.setHeader("content-type", "application/json");
  // What is left of a body that is too large is not waited for.
  if (status === 413) outgoing.setHeader("connection", "close");
  outgoing.end(JSON.stringify({ error }));
}
