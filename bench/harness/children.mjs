// Child processes: started here, ended here, by their process id. None outlives the bench.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const END_SECONDS = 8;
const living = new Set();

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const pid of living) kill(pid, "SIGKILL");
    process.exit(130);
  });
}
process.on("exit", () => {
  for (const pid of living) kill(pid, "SIGKILL");
});

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

const alive = (pid) => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

/** Starts a server; its output goes to `log`. */
export function launch(command, args, log) {
  const output = openSync(log, "a");
  const child = spawn(command, args, { stdio: ["ignore", output, output] });
  closeSync(output);
  child.on("error", () => {}); // seen as "ended" by whoever waits for it
  if (child.pid !== undefined) living.add(child.pid);
  return child;
}

/** Asks the processes to end, and waits until they have; ends them hard when they take too long. */
export async function end(pids) {
  const all = pids.filter((pid) => pid !== undefined);
  for (const pid of all) kill(pid, "SIGTERM");
  for (let waited = 0; waited < END_SECONDS * 20 && all.some(alive); waited++) await sleep(50);
  const stubborn = all.filter(alive);
  for (const pid of stubborn) kill(pid, "SIGKILL");
  for (const pid of all) living.delete(pid);
  return stubborn;
}

/** The bun process below (or at) `pid`: the command line is a small node program in front of it. */
export function bunBelow(pid, depth = 3) {
  try {
    if (basename(readlinkSync(`/proc/${pid}/exe`)).startsWith("bun")) return pid;
    if (depth === 0) return undefined;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    for (const child of children) {
      const found = bunBelow(Number(child), depth - 1);
      if (found !== undefined) {
        living.add(found);
        return found;
      }
    }
  } catch {
    // It has ended meanwhile.
  }
  return undefined;
}

/**
 * Runs one of our C programs to its end. `onLine` gets every JSON line it prints.
 * Answers `{ pid, done }`; `done` is the last line, or a rejection with what it said on stderr.
 */
export function run(command, args, { env = {}, onLine = () => {} } = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  living.add(child.pid);
  let rest = "";
  let said = "";
  let last;
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said = (said + text).slice(-1500);
  });
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      last = JSON.parse(line);
      onLine(last);
    }
  });
  const done = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      living.delete(child.pid);
      if (code === 0 && last !== undefined) resolve(last);
      else reject(new Error(`${basename(command)} ended with ${signal ?? code}: ${said.trim()}`));
    });
  });
  done.catch(() => {}); // its owner looks at it later
  return { pid: child.pid, done };
}
