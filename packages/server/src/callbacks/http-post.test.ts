import { afterAll, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { httpPost } from "./http-post.ts";

const requests: string[] = [];
const sockets = new Set<Socket>();
const cut = new Set<string>();

/** Speaks bytes, so that it can also speak what is no HTTP. */
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on("error", () => undefined);
  let text = "";
  socket.on("data", (data) => {
    text += String(data);
    if (!text.includes("\r\n\r\n{")) return;
    const path = text.split(" ")[1] ?? "";
    requests.push(text);
    text = "";
    socket.on("close", () => cut.add(path));
    answer(socket, path);
  });
});

function answer(socket: Socket, path: string): void {
  const [, kind = "", status = ""] = path.split("/");
  if (kind === "status")
    socket.end(
      `HTTP/1.1 ${status} x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
  else if (kind === "garbage") socket.end("\u0000\u0001lorem ipsum\r\n\r\n\r\n");
  else if (kind === "reset") socket.destroy();
  else if (kind === "endless") socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nabc");
  else if (kind === "headers") socket.write("HTTP/1.1 200 OK\r\nX-Long: ");
}

await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const never = new AbortController().signal;

function post(path: string, abort = never, timeout = 300) {
  const request = { url: `http://127.0.0.1:${port}${path}`, headers: { "x-own": "1" }, body: '{"a":"é"}' };
  return httpPost(timeout)(request, abort);
}

test.each([200, 201, 202, 204, 299])("%d is a success", async (status) => {
  expect(await post(`/status/${status}`)).toEqual({ kind: "delivered" });
});

test.each([
  [301, "redirect"],
  [302, "redirect"],
  [307, "redirect"],
  [308, "redirect"],
  [304, "status-3xx"],
  [400, "status-4xx"],
  [410, "status-4xx"],
  [500, "status-5xx"],
  [503, "status-5xx"],
] as const)("%d is no success, but %s", async (status, failure) => {
  requests.length = 0;
  expect(await post(`/status/${status}`)).toMatchObject({
    kind: "failed",
    failure,
    detail: `status ${status}`,
  });
  // The place that it names is not asked.
  expect(requests).toHaveLength(1);
});

test("what is no HTTP, or nothing at all, is no answer", async () => {
  expect(await post("/garbage")).toMatchObject({ failure: "no-answer" });
  expect(await post("/reset")).toMatchObject({ failure: "no-answer" });
  const nobody = { url: "http://127.0.0.1:1/secret", headers: {}, body: "{}" };
  const verdict = await httpPost(300)(nobody, never);
  expect(verdict).toMatchObject({ failure: "no-answer" });
  expect(JSON.stringify(verdict)).not.toContain("secret");
});

test.each(["/hang", "/headers"])("who does not answer in time is left: %s", async (path) => {
  expect(await post(path)).toMatchObject({ failure: "timeout" });
});

test("of an answer without an end nothing but the status is read", async () => {
  expect(await post("/endless")).toEqual({ kind: "delivered" });
  while (!cut.has("/endless")) await new Promise((resolve) => setImmediate(resolve));
});

test("a try can be ended", async () => {
  const abort = new AbortController();
  const trying = post("/hang", abort.signal, 60_000);
  abort.abort();
  expect(await trying).toMatchObject({ failure: "stopped" });
  expect(await post("/hang", abort.signal)).toMatchObject({ failure: "stopped" });
});

test("the body goes out byte for byte, with its headers", async () => {
  requests.length = 0;
  await post("/status/200");
  expect(requests[0]).toContain("x-own: 1\r\n");
  expect(requests[0]).toEndWith('\r\n\r\n{"a":"é"}');
});
