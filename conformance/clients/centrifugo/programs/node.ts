// Runs in Node, with the packages as Node finds them. Arguments: the build, the transport.
import { createInterface } from "node:readline";
import { EventSource } from "eventsource";
import { WebSocket } from "ws";
import type { Told, Transport } from "../field-client.ts";
import { builds, type BuildName } from "./builds.ts";
import { driver } from "./centrifuge-js.ts";

const [name, transport] = process.argv.slice(2) as [BuildName, Transport];
const build = builds[name];
// Node 20 has no WebSocket and no EventSource of its own.
const given = { websocket: WebSocket, eventsource: EventSource, fetch, readableStream: ReadableStream };
const perform = driver({ ...build, options: { ...build.options, ...given } }, transport, (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
// 3.1 catches nothing of what its posts to /emulation fail with, and each would end the process.
if (name.startsWith("3.1")) process.on("unhandledRejection", () => undefined);
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  perform(JSON.parse(line) as Told);
});
input.on("close", () => process.exit(0));
