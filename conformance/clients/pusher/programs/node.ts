// Runs in Node, with the packages as Node finds them. Arguments: library, terms.
import { createInterface } from "node:readline";
import Pusher from "pusher-js";
import type { Command, Line, Terms } from "../field-client.ts";
import { driveEcho } from "./laravel-echo.ts";
import { drivePusher } from "./pusher-js.ts";

const [library, terms = ""] = process.argv.slice(2);
const say = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const drive = library === "laravel-echo" ? driveEcho : drivePusher;
const perform = drive(Pusher, JSON.parse(terms) as Terms, say);
for await (const line of createInterface({ input: process.stdin })) perform(JSON.parse(line) as Command);
process.exit(0);
