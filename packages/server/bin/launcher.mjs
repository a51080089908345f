// Plain Node: finds the Bun that came with the package, and hands everything over to it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";

/** Where install scripts are blocked, the `bun` package has a tiny placeholder in the binary's place. */
const leastBinaryBytes = 1_000_000;

function isBinary(path) {
  try {
    return statSync(path).size > leastBinaryBytes;
  } catch {
    return false;
  }
}

/** Whether the C library is musl: its own Bun is needed then, and the other one would not start. */
function isMusl() {
  // Collecting the network interfaces may wait for a name server.
  process.report.excludeNetwork = true;
  return process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;
}

function platformBinaries(bunPackage) {
  const scope = join(bunPackage, "..", "@oven");
  if (!existsSync(scope)) return [];
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  const musl = isMusl();
  const name = process.platform === "win32" ? "bun.exe" : "bun";
  return readdirSync(scope)
    .filter((entry) => entry === `bun-${platform}-${arch}` || entry.startsWith(`bun-${platform}-${arch}-`))
    .filter((entry) => entry.includes("-musl") === musl)
    .sort((one, other) => rank(one) - rank(other))
    .map((entry) => join(scope, entry, "bin", name));
}

/** The plain build stops at once on a processor without AVX2; the baseline build runs on every one. */
function rank(entry) {
  return entry.includes("-baseline") === needsBaseline() ? 0 : 1;
}

function needsBaseline() {
  try {
    return process.arch === "x64" && !readFileSync("/proc/cpuinfo", "utf8").includes("avx2");
  } catch {
    return false;
  }
}

function findBun() {
  try {
    const bunPackage = dirname(createRequire(import.meta.url).resolve("bun/package.json"));
    const installed = join(bunPackage, "bin", "bun.exe");
    if (isBinary(installed)) return installed;
    const beside = platformBinaries(bunPackage).find(isBinary);
    if (beside !== undefined) return beside;
  } catch {
    // Not installed beside us; TWINWIRE_BUN may still name one.
  }
  const named = process.env.TWINWIRE_BUN;
  return named !== undefined && existsSync(named) ? named : undefined;
}

/** The path of the Bun that runs the server; throws with what to do where there is none. */
export function bunPath() {
  const bun = findBun();
  if (bun !== undefined) return bun;
  const named = process.env.TWINWIRE_BUN;
  const tried = named === undefined ? "" : ` (TWINWIRE_BUN names no file: ${named})`;
  throw new Error(
    `no Bun for ${process.platform}-${process.arch}: run "npm install bun" without --omit=optional, ` +
      `or install Bun from https://bun.sh and set TWINWIRE_BUN to its path${tried}`,
  );
}

/**
 * Requests that Bun makes at once in one process; 256 without this, and all behind those wait. Endpoints of some
 * webhooks that never answer are not to hold up the others. The variable is read before any of our code runs.
 */
const requestsAtOnce = { BUN_CONFIG_MAX_HTTP_REQUESTS: "8192" };

/** Runs `main`, the path of an entry, with the arguments of this process, and ends as that does. */
export function launch(main) {
  let bun;
  try {
    bun = bunPath();
  } catch (error) {
    process.stderr.write(`twinwire: ${error.message}\n`);
    process.exit(1);
  }
  const child = spawn(bun, [main, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...requestsAtOnce, ...process.env },
  });

  // The child drains and decides when to end; this process only waits for it.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2"]) {
    // Windows knows fewer signals than this.
    if (!(signal in constants.signals)) continue;
    process.on(signal, () => {
      // Ctrl-C reaches both processes; a second one would cut the child's draining short.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }

  child.on("error", (error) => {
    process.stderr.write(`twinwire: ${bun} cannot be started: ${error.message}\n`);
    process.exit(1);
  });

  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // Ends as the child did, so that whoever waits sees the same signal.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
