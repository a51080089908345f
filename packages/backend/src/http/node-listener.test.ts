import { describe, expect, test } from "bun:test";
import { createServer, type RequestListener } from "node:http";
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { connect, type AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import express from "express";
import { Events } from "../../../server/test/events.ts";
import type { Handler } from "./handler.ts";
import { nodeListener, type NodeListenerOptions } from "./node-listener.ts";
import { routes } from "./routes.ts";

type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

async function listen(listener: RequestListener): Promise<Site> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const plain = (handler: Handler, options?: NodeListenerOptions): Promise<Site> =>
  listen(nodeListener(handler, options));

function inExpress(add: (app: express.Express) => void): Promise<Site> {
  const app = express();
  add(app);
  return listen(app as RequestListener);
}

/** Tells what a handler gets. */
const echo: Handler = async (request) =>
  Response.json({
    method: request.method,
    url: request.url,
    type: request.headers.get("content-type"),
    length: request.headers.get("content-length"),
    body: await request.text(),
  });

const form = new URLSearchParams({ socket_id: "1.2", channel_name: "private-ü&=" });

describe("a handler on node:http", () => {
  test("gets the request as it was sent, and its answer is sent as it is", async () => {
    const handler: Handler = async (request) => {
      const headers = new Headers({ "x-given": request.headers.get("x-given") ?? "" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      const said = { method: request.method, url: request.url, body: await request.text() };
      return Response.json(said, { status: 201, headers });
    };
    await using site = await plain(handler);
    const url = `${site.url}/a/path?a=1&b=%20`;
    const answer = await fetch(url, { method: "PUT", body: "☃", headers: { "x-given": "yes" } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-given")).toBe("yes");
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await answer.json()).toEqual({ method: "PUT", url, body: "☃" });
  });

  test("answers HEAD without a body, and 204 too", async () => {
    await using site = await plain((request) =>
      request.method === "HEAD" ? new Response("text") : new Response(null, { status: 204 }),
    );
    expect(await (await fetch(site.url, { method: "HEAD" })).text()).toBe("");
    expect((await fetch(site.url)).status).toBe(204);
  });

  test("sends a large body whole", async () => {
    const text = "0123456789".repeat(1_000_000);
    await using site = await plain(() => new Response(new Blob([text]).stream()));
    expect((await (await fetch(site.url)).text()).length).toBe(text.length);
  });

  test("is not asked where the body is too large, whether its length is told or not", async () => {
    let asked = 0;
    const handler: Handler = () => {
      asked += 1;
      return new Response();
    };
    await using site = await plain(handler, { bodyLimit: 10 });
    expect((await fetch(site.url, { method: "POST", body: "x".repeat(10) })).status).toBe(200);
    expect((await fetch(site.url, { method: "POST", body: "x".repeat(11) })).status).toBe(413);
    const parts = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 3; i += 1) controller.enqueue(new TextEncoder().encode("12345"));
        controller.close();
      },
    });
    expect((await fetch(site.url, { method: "POST", body: parts })).status).toBe(413);
    expect(asked).toBe(1);
  });

  test("that throws is told of, and the client is told nothing", async () => {
    const told: unknown[] = [];
    const handler: Handler = () => {
      throw new Error("a secret");
    };
    await using site = await plain(handler, { defect: (cause) => told.push(cause) });
    const answer = await fetch(site.url);
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"internal server error"}']);
    expect(told).toEqual([new Error("a secret")]);
  });

  test("whose table has no such path answers 404", async () => {
    await using site = await plain(routes({ "GET /a": () => new Response("a") }));
    expect((await fetch(`${site.url}/b`)).status).toBe(404);
  });

  test("hears that the client has gone", async () => {
    const events = new Events<"asked" | "gone">();
    const handler: Handler = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          events.push("gone");
          resolve(new Response());
        });
        events.push("asked");
      });
    await using site = await plain(handler);
    const leave = new AbortController();
    const asking = fetch(site.url, { signal: leave.signal }).catch(() => "left");
    expect(await events.next()).toBe("asked");
    leave.abort();
    expect(await asking).toBe("left");
    expect(await events.next()).toBe("gone");
  });

  test.each([
    ["a host with a path in it", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"],
    ["a host with a user in it", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"],
    ["a path with a step up in it", "GET /open/../admin HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a path with an escaped step up in it", "GET /open/.%2E/admin?a HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a path with a step that goes nowhere", "GET /./admin HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a path with a backslash in it", "GET /admin\\users HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a step up in a whole URL", "GET http://a/open/.. HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["the URL of a file", "GET file:///etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"],
  ])("is not asked for %s", async (_, text) => {
    await using site = await plain(echo);
    expect(await firstLine(site.port, text)).toContain(" 400 ");
  });

  test("sees the path that was sent", async () => {
    await using site = await plain(({ url }) => new Response(null, { headers: { "x-url": url } }));
    const ask = async (path: string, host: string): Promise<string | undefined> =>
      /^x-url: (.*)$/im.exec(await head(site.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))?.[1];
    expect(await ask("/other.org/a", "")).toBe("http://localhost/other.org/a");
    expect(await ask("//other.org/a", "here")).toBe("http://here//other.org/a");
    expect(await ask("/a...b/.c/..d?/../e", "here")).toBe("http://here/a...b/.c/..d?/../e");
  });

  test("that is late for its request disturbs nobody", async () => {
    const late = Promise.withResolvers<undefined>();
    const listener = nodeListener(async (request) => {
      await late.promise;
      return routes({})(request);
    });
    await using site = await listen((request, response) => {
      listener(request, response);
      response.end("the time is over");
    });
    expect(await (await fetch(site.url)).text()).toBe("the time is over");
    late.resolve(undefined);
    // What is rejected and not handled fails a test that still runs.
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("sees the host over HTTP/2, too", async () => {
    const server = createHttp2Server(nodeListener(echo) as unknown as Http2Listener);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = connectHttp2(url);
    const request = client.request({ ":path": "/a?b=1", ":method": "POST" }).end("posted");
    expect(await json(request)).toMatchObject({ url: `${url}/a?b=1`, body: "posted" });
    client.close();
    await new Promise((closed) => server.close(closed));
  });

  test("whose answer breaks before its first byte leaves none of its headers behind", async () => {
    const body = new ReadableStream({
      pull() {
        throw new Error("broken");
      },
    });
    const headers = { "content-length": "5", "content-encoding": "gzip", "set-cookie": "a=b" };
    await using site = await plain(() => new Response(body, { headers }));
    const answer = await fetch(site.url);
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"internal server error"}']);
    expect(answer.headers.has("set-cookie")).toBe(false);
  });

  test("is not asked, and nobody is told of a defect, where the client goes within its body", async () => {
    const told: unknown[] = [];
    const gone = new Events<"gone">();
    const listener = nodeListener(() => new Response(told.push("asked").toString()), {
      defect: (cause) => told.push(cause),
    });
    await using site = await listen((request, response) => {
      listener(request, response);
      request.once("close", () => {
        setImmediate(() => {
          gone.push("gone");
        });
      });
    });
    const socket = connect(site.port, "127.0.0.1", () => {
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", () => socket.destroy());
    });
    expect(await gone.next()).toBe("gone");
    expect(told).toEqual([]);
  });
});

async function firstLine(port: number, text: string): Promise<string> {
  return (await head(port, text)).split("\r\n")[0] ?? "";
}

/** The beginning of the answer to what is sent as it is. */
function head(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once("error", reject);
  });
}

/** The application's own answer to errors. */
function errorsTo(told: unknown[]): express.ErrorRequestHandler {
  return (cause, _request, response, next) => {
    told.push(cause);
    if (response.headersSent) next(cause);
    else response.status(503).end();
  };
}

describe("a handler in Express", () => {
  const parsers: readonly [string, (app: express.Express) => unknown][] = [
    ["nothing before it", () => undefined],
    ["parsers before it", (app) => app.use(express.json(), express.urlencoded({ extended: true }))],
    ["raw parsers before it", (app) => app.use(express.raw({ type: "*/*" }))],
    ["text parsers before it", (app) => app.use(express.text({ type: "*/*" }))],
  ];

  test.each(parsers)("gets forms and JSON with %s", async (_, parse) => {
    await using site = await inExpress((app) => {
      parse(app);
      app.use(nodeListener(echo));
    });
    const posted = await fetch(`${site.url}/a`, { method: "POST", body: form });
    expect(await posted.json()).toMatchObject({ method: "POST", body: form.toString() });
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ a: ["ü", 1, null] });
    const json = await fetch(`${site.url}/a`, { method: "POST", body, headers });
    expect(await json.json()).toMatchObject({ type: "application/json", body });
    const other = await fetch(`${site.url}/a`, {
      method: "POST",
      body: "x",
      headers: { "content-type": "text/x" },
    });
    expect(await other.json()).toMatchObject({ body: "x" });
  });

  test("gets every value of a field that stands there twice", async () => {
    await using site = await inExpress((app) => {
      app.use(express.urlencoded({ extended: true }), nodeListener(echo));
    });
    const body = new URLSearchParams([
      ["a", "1"],
      ["a", "2"],
    ]);
    const answer = await fetch(site.url, { method: "POST", body });
    expect(await answer.json()).toMatchObject({ body: "a=1&a=2", length: null });
  });

  test("sees the whole path where it is mounted under one, and the scheme that a proxy tells", async () => {
    await using site = await inExpress((app) => {
      app.set("trust proxy", true);
      app.use("/backend", nodeListener(echo));
    });
    const headers = { "x-forwarded-proto": "https" };
    const answer = await fetch(`${site.url}/backend/a?b=1`, { headers });
    expect(await answer.json()).toMatchObject({ url: `https://127.0.0.1:${site.port}/backend/a?b=1` });
  });

  test("leaves to others what its table has no path for, and keeps its own 404", async () => {
    await using site = await inExpress((app) => {
      const table = { "GET /a": () => Response.json({ error: "no such a" }, { status: 404 }) };
      app.use(nodeListener(routes(table)));
      app.use((_request, response) => {
        response.status(404).send("of the application");
      });
    });
    expect(await (await fetch(`${site.url}/b`)).text()).toBe("of the application");
    expect(await (await fetch(`${site.url}/a`)).text()).toBe('{"error":"no such a"}');
  });

  test("hands what it throws to the application's own handler of errors", async () => {
    const told: unknown[] = [];
    await using site = await inExpress((app) => {
      app.use(nodeListener(() => Promise.reject(new Error("broken"))));
      app.use(errorsTo(told));
    });
    expect((await fetch(site.url)).status).toBe(503);
    expect(told).toEqual([new Error("broken")]);
  });

  test("is not asked where something before has read the body and kept nothing", async () => {
    const told: unknown[] = [];
    await using site = await inExpress((app) => {
      app.use((request, _response, next) => {
        request.on("end", next).resume();
      });
      app.use(nodeListener(echo));
      app.use(errorsTo(told));
    });
    expect((await fetch(site.url, { method: "POST", body: "x" })).status).toBe(503);
    expect(String(told[0])).toContain("read already");
  });
});
