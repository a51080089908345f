// Who may import whom. An arrow that is not in the table is forbidden, types included; tests may import anything.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../packages/server/src", import.meta.url));

/** Folder → what it may import besides itself; `runtime`: Bun's modules and Node's. */
const allowed = {
  "json-text": [],
  secrets: ["runtime"],
  config: ["runtime", "npm:zod"],
  core: ["json-text"],
  "core/testing": ["core"],
  "brokers/memory": ["core"],
  "brokers/testing": ["core", "brokers/memory", "brokers"],
  brokers: ["core", "runtime"],
  "protocols/pusher": ["core", "json-text", "secrets", "protocols", "http"],
  "protocols/centrifugo": ["core", "json-text", "secrets", "protocols", "http"],
  protocols: ["core", "http"],
  transport: ["core", "protocols", "http", "runtime"],
  http: ["runtime"],
  telemetry: ["core", "http", "npm:pino", "npm:prom-client", "runtime"],
  "dev-page": ["core", "http", "secrets", "npm:pusher-js", "npm:centrifuge", "runtime"],
  cli: ["config", "compose.ts", "package.json", "npm:commander", "runtime"],
  "main.ts": ["cli", "compose.ts"],
};
/** The composition root, and the two doors, see everything. */
const unbounded = new Set(["compose.ts", "settings.ts", "index.ts", "internal.ts"]);

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** The room a file belongs to: the longest folder of the table. */
function roomOf(path) {
  const parts = relative(root, path).split(sep);
  const two = parts.slice(0, 2).join("/");
  if (parts.length > 2 && two in allowed) return two;
  return parts[0];
}

function target(file, specifier) {
  if (specifier.startsWith(".")) {
    const path = resolve(dirname(file), specifier);
    return path.endsWith("package.json") ? "package.json" : roomOf(path);
  }
  if (specifier === "bun" || specifier.startsWith("node:") || specifier.startsWith("bun:")) return "runtime";
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1);
  return `npm:${name.join("/")}`;
}

const specifiers =
  /(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s*"([^"]+)"|(?:^|\n)\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g;

const faults = [];
for (const file of sources(root)) {
  const room = roomOf(file);
  if (unbounded.has(room)) continue;
  const may = allowed[room];
  if (may === undefined) {
    faults.push(`${relative(root, file)}: ${room} is in no row of the table in scripts/check-imports.mjs`);
    continue;
  }
  for (const [, from, bare, dynamic] of readFileSync(file, "utf8").matchAll(specifiers)) {
    const specifier = from ?? bare ?? dynamic;
    const to = target(file, specifier);
    if (to !== room && !may.includes(to))
      faults.push(`${relative(root, file)}: imports ${specifier} (${to})`);
  }
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exit(1);
