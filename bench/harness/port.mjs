// A free port outside the ephemeral range, which tens of thousands of client connections fill up.
import { createServer } from "node:net";

const FIRST = 20_000;
const COUNT = 10_000;
const ATTEMPTS = 50;

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

export async function freePort() {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} on`);
}
