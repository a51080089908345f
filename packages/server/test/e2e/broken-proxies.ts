import type { Server } from "bun";
import { connect, createServer, type Socket } from "node:net";

/** Passes requests on as they are, but never an upgrade: below `under` alone, and 404 elsewhere. */
export function passingProxy(target: string, under = "/"): Server<undefined> & Disposable {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch({ url, method }) {
      const path = url.slice(url.indexOf("/", "http://".length));
      if (!path.startsWith(under)) return new Response("<h1>Not here</h1>", { status: 404 });
      try {
        const { status, headers, body } = await fetch(target + path, { method, redirect: "manual" });
        return new Response(body, { status, headers });
      } catch {
        return new Response("bad gateway", { status: 502 });
      }
    },
  });
}

/** Passes bytes on, upgraded or not, and takes the prefix off the request line: as a proxy should. */
export async function strippingProxy(
  port: number,
  prefix: string,
): Promise<AsyncDisposable & { readonly port: number }> {
  // A connection may be used for several requests.
  const requestLine = new RegExp(`^((?:GET|POST) )${prefix}/`);
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    client.on("data", (chunk: Buffer) => {
      server.write(chunk.toString("latin1").replace(requestLine, "$1/"), "latin1");
    });
    client.on("end", () => server.end());
    server.pipe(client);
    sockets.push(client, server);
    for (const one of [client, server])
      one.on("error", () => {
        client.destroy();
        server.destroy();
      });
  });
  await new Promise<void>((listening) => {
    proxy.listen(0, "127.0.0.1", listening);
  });
  const address = proxy.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        proxy.close(() => {
          closed();
        });
        for (const one of sockets) one.destroy();
      }),
  };
}
