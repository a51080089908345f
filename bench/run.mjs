// npm run bench: measures Twinwire beside the bare prototype and the floor, and prints the table. See README.md.
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import channels from "./cases/channels.mjs";
import { busy, calm } from "./cases/deliver.mjs";
import idle from "./cases/idle.mjs";
import join from "./cases/join.mjs";
import publish from "./cases/publish.mjs";
import recovery from "./cases/recovery.mjs";
import scrape from "./cases/scrape.mjs";
import webhooks from "./cases/webhooks.mjs";
import { build } from "./harness/build.mjs";
import { hasTwinwire, isTwinwire, subjectNames, useTwinwire, withServer } from "./harness/servers.mjs";
import { evaluate, table } from "./harness/table.mjs";

const cases = [join, calm, busy, channels, publish, idle, recovery, scrape, webhooks];
const FILES_NEEDED = 10_200;
const USAGE = `node bench/run.mjs [case…] [--rounds 3] [--seconds 6] [--subjects a,b] [--quick]
  [--twinwire path/to/bin/twinwire.mjs]
  cases: ${cases.map(({ name }) => name).join(" ")}
  subjects: ${subjectNames.join(" ")}
  --quick: one round with short windows, to see that everything works; its figures say little`;

function refuse(message) {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

function readArguments() {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  try {
    const options = { rounds: text, seconds: text, subjects: text, twinwire: text, quick: flag, help: flag };
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(error.message);
  }
}

function number(given, standard, max) {
  const value = given === undefined ? standard : Number(given);
  if (!(value > 0 && value <= max)) refuse(`not a number up to ${max}: ${given}`);
  return value;
}

function checkMachine() {
  if (process.platform !== "linux") refuse("the bench reads /proc and uses epoll: Linux only");
  const files = /Max open files\s+\S+\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"));
  if (files && Number(files[1]) < FILES_NEEDED) refuse(`open files: ${files[1]}, needed: ${FILES_NEEDED}`);
}

async function measureOnce(chosen, subject, seconds, notes) {
  process.stderr.write(`  ${subject} … `);
  try {
    const measure = (server) => chosen.measure(server, { subject, seconds });
    const { notes: remarks = [], ...values } = await withServer(subject, measure, chosen.floor);
    for (const remark of remarks) notes.add(`${chosen.name}, ${subject}: ${remark}`);
    const shown = Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    process.stderr.write(`${[...shown, ...remarks].join(", ")}\n`);
    return values;
  } catch (error) {
    process.stderr.write(`FAILED: ${error.message}\n`);
    notes.add(`FAILED ${chosen.name}, ${subject}: ${error.message}`);
    return undefined;
  }
}

/** All subjects one after the other in every round, forwards and backwards in turn. */
async function measureRounds(chosen, subjects, { rounds, seconds }, notes) {
  const results = [];
  for (let round = 0; round < Math.min(rounds, chosen.maxRounds ?? rounds); round++) {
    process.stderr.write(`${chosen.name}, round ${round + 1}\n`);
    const values = {};
    for (const subject of round % 2 ? subjects.toReversed() : subjects) {
      values[subject] = await measureOnce(chosen, subject, seconds, notes);
    }
    results.push(values);
  }
  return results;
}

async function main() {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(USAGE);
  const unknown = positionals.find((name) => !cases.some((each) => each.name === name));
  if (unknown) refuse(`no such case: ${unknown}`);
  const wanted = values.subjects?.split(",") ?? subjectNames;
  const stranger = wanted.find((name) => !subjectNames.includes(name));
  if (stranger) refuse(`no such subject: ${stranger}`);
  if (values.twinwire) useTwinwire(values.twinwire);
  if (wanted.some(isTwinwire) && !hasTwinwire()) refuse("no Twinwire there: use --subjects prototype,floor");
  const options = {
    rounds: number(values.rounds, values.quick ? 1 : 3, 50),
    seconds: number(values.seconds, values.quick ? 2 : 6, 60),
  };
  checkMachine();
  build();

  const notes = new Set();
  const rows = [];
  console.log(`${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(2)} at the start\n`);
  for (const chosen of cases) {
    if (positionals.length > 0 && !positionals.includes(chosen.name)) continue;
    const subjects = chosen.subjects.filter((subject) => wanted.includes(subject));
    if (subjects.length === 0) continue;
    const results = await measureRounds(chosen, subjects, options, notes);
    rows.push(...chosen.rows.map((row) => evaluate(row, results)));
  }
  console.log(table(rows.map(({ cells }) => cells)));
  if (notes.size > 0) console.log(`\n${[...notes].map((note) => `* ${note}`).join("\n")}`);
  const failed = [...notes].some((note) => note.startsWith("FAILED"));
  process.exitCode = failed || rows.some(({ over }) => over) ? 1 : 0;
}

await main();
