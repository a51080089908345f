import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What the server does with one request. */
export type Answering = (response: ServerResponse) => void;

export interface AwkwardServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
}

/** A server that answers each request as it is told to; the last answer holds for all that come after. */
export async function awkwardServer(...answers: readonly Answering[]): Promise<AwkwardServer> {
  const asked: Asked[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: target = "", headers } = request;
    asked.push({ method, target, headers, body: Buffer.concat(chunks).toString() });
    answers[Math.min(asked.length, answers.length) - 1]?.(response);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function says(status: number, body = "{}", headers: Readonly<Record<string, string>> = {}): Answering {
  return (response) => response.writeHead(status, { ...headers }).end(body);
}

/** Never answers. */
export const hangs: Answering = () => undefined;

/** Ends the connection without a word. */
export const cuts: Answering = (response) => response.destroy();

/** Begins an answer, and ends the connection in the middle of it. */
export const cutsInTheMiddle: Answering = (response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write('{"result":', () => response.destroy());
};

/** Begins an answer, and never ends it. */
export const hangsInTheMiddle: Answering = (response) => {
  response.writeHead(200).write('{"result":');
};

/** The address of a server that is not there any more. */
export async function nowhere(): Promise<string> {
  const server = await awkwardServer(hangs);
  await server[Symbol.asyncDispose]();
  return server.url;
}
