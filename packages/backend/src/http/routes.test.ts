import { expect, test } from "bun:test";
import { isUnrouted, routes, type RouteTable } from "./routes.ts";

const says =
  (text: string) =>
  (request: Request): Response =>
    new Response(`${text} ${new URL(request.url).search}`);

const table: RouteTable = {
  "GET /api/v1/wsurl": says("url"),
  "POST /api/v1/auth": async (request) => new Response(await request.text()),
  "GET /api/v1/auth": says("ask"),
  "GET /": says("root"),
};

async function ask(method: string, path: string, prefix = ""): Promise<[number, string]> {
  const handler = routes(table, { prefix });
  const body = method === "POST" ? { body: "posted" } : {};
  const answer = await handler(new Request(`http://localhost${path}`, { method, ...body }));
  return [answer.status, await answer.text()];
}

test.each([
  ["GET", "/api/v1/wsurl", "url "],
  ["GET", "/api/v1/wsurl/?a=1", "url ?a=1"],
  ["POST", "/api/v1/auth", "posted"],
  ["GET", "/api/v1/auth", "ask "],
  ["GET", "/", "root "],
  ["HEAD", "/api/v1/wsurl", ""],
])("%s %s is answered by its handler", async (method, path, text) => {
  expect(await ask(method, path)).toEqual([200, text]);
});

test("a prefix stands before every path", async () => {
  expect(await ask("GET", "/backend/api/v1/wsurl", "/backend")).toEqual([200, "url "]);
  expect(await ask("GET", "/backend", "/backend")).toEqual([200, "root "]);
  expect((await ask("GET", "/api/v1/wsurl", "/backend"))[0]).toBe(404);
  expect(await ask("GET", "/backend/api/v1/wsurl", "/backend/")).toEqual([200, "url "]);
  expect(await ask("GET", "/api/v1/wsurl", "/")).toEqual([200, "url "]);
  expect(() => routes(table, { prefix: "backend" })).toThrow(TypeError);
});

test.each(["/api/v1", "/api/v1/wsurl/more", "/api/v1/WSURL", "/other"])("%s is nowhere", async (path) => {
  const answer = await routes(table)(new Request(`http://localhost${path}`));
  expect([answer.status, isUnrouted(answer)]).toEqual([404, true]);
});

test("another method is told what the path takes", async () => {
  const answer = await routes(table)(new Request("http://localhost/api/v1/auth", { method: "DELETE" }));
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, GET"]);
});

test("a 404 of a handler's own is an answer", async () => {
  const handler = routes({ "GET /a": () => new Response("no such thing", { status: 404 }) });
  const answer = await handler(new Request("http://localhost/a"));
  expect([answer.status, isUnrouted(answer)]).toEqual([404, false]);
});

test.each(["/a", "GET", "get /a", "GET a", "GET  /a"])("%p is no entry of a table", (name) => {
  expect(() => routes({ [name]: says("") })).toThrow(TypeError);
});
