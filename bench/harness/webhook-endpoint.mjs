// Endpoints that webhooks are sent to: a good one, and such as there are.
import { createServer } from "node:net";

/** `none`: no webhook at all. `spool`: one that is down, with a spool. */
export const webhookKinds = ["none", "good", "down", "spool", "slow", "redirecting", "garbage"];

const answers = {
  good: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
  redirecting: "HTTP/1.1 307 Temporary Redirect\r\nLocation: /hooks\r\nContent-Length: 0\r\n\r\n",
  garbage: "\0\x01\x02 lorem ipsum\r\n\r\n",
};

/** Answers each request once its body is there; the slow one never. */
function serve(kind, socket) {
  let missing = 0;
  socket.on("error", () => {});
  socket.on("data", (data) => {
    const head = data.indexOf("\r\n\r\n");
    const length = head < 0 ? null : /content-length: *(\d+)/i.exec(data.subarray(0, head).toString());
    missing = length ? head + 4 + Number(length[1]) - data.length : missing - data.length;
    if (missing > 0 || kind === "slow") return;
    if (kind === "garbage") socket.end(answers.garbage);
    else socket.write(answers[kind]);
  });
}

export async function openEndpoint(kind) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(kind, socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  // What is down had an address once.
  if (kind === "down" || kind === "spool") close();
  return { url: `http://127.0.0.1:${port}/hooks`, close };
}
