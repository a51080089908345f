import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { Hono } from "hono";
import { nodeListener, type Handler } from "@twinwire/backend";

export interface Host extends AsyncDisposable {
  readonly url: string;
}

export function onBun(fetch: Handler): Host {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => fetch(request) });
  return {
    url: `http://127.0.0.1:${server.port}`,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}

export async function onNode(listener: RequestListener): Promise<Host> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function honoApp(add: (app: Hono) => void): Host {
  const app = new Hono();
  add(app);
  return onBun((request) => app.fetch(request));
}

function expressApp(add: (app: express.Express) => void): Promise<Host> {
  const app = express();
  add(app);
  return onNode(app as RequestListener);
}

/** Where an application may put the handlers: every kind of server that the package names. */
export const hosts: readonly {
  readonly name: string;
  readonly start: (fetch: Handler) => Host | Promise<Host>;
}[] = [
  { name: "Bun.serve", start: onBun },
  { name: "node:http", start: (fetch) => onNode(nodeListener(fetch)) },
  { name: "Hono's app.mount", start: (fetch) => honoApp((app) => app.mount("/", fetch)) },
  {
    name: "Hono's app.all",
    start: (fetch) => honoApp((app) => app.all("/api/v1/*", (context) => fetch(context.req.raw))),
  },
  { name: "Express", start: (fetch) => expressApp((app) => app.use(nodeListener(fetch))) },
  {
    name: "Express that has parsed the body",
    start: (fetch) =>
      expressApp((app) => {
        app.use(express.json(), express.urlencoded({ extended: true }));
        app.use(nodeListener(fetch));
      }),
  },
];
