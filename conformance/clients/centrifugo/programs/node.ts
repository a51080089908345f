// Runs in Node, with the packages as Node finds them. Argument: the build.
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import type { Told } from "../field-client.ts";
import { builds, type BuildName } from "./builds.ts";
import { driver } from "./centrifuge-js.ts";

const [name = ""] = process.argv.slice(2);
const build = builds[name as BuildName];
// Node 20 has no WebSocket of its own.
const options = { ...build.options, websocket: WebSocket };
const perform = driver({ ...build, options }, (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  perform(JSON.parse(line) as Told);
});
input.on("close", () => process.exit(0));
