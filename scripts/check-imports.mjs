// Who may import whom. An arrow that is not in the table is forbidden, types included; tests may import anything.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

const runtime = ["node", "bun"];
/** May import everything: the composition root, and doors. */
const everything = undefined;

/**
 * Package → folder or file of its `src` → what that may import besides itself. `.`: all that has no row of its own;
 * `node` and `bun`: the runtimes' own modules.
 */
const tables = {
  server: {
    "json-text": [],
    secrets: ["http", "npm:jose", ...runtime],
    config: [...runtime, "npm:zod"],
    core: ["json-text"],
    "core/testing": ["core"],
    "brokers/memory": ["core"],
    "brokers/testing": ["core", "brokers/memory", "brokers"],
    brokers: ["core", ...runtime],
    callbacks: ["core", "http", ...runtime],
    "protocols/pusher": ["core", "json-text", "secrets", "protocols", "http"],
    "protocols/centrifugo": ["core", "json-text", "secrets", "protocols", "http", "npm:@bufbuild/protobuf"],
    protocols: ["core", "http"],
    transport: ["core", "protocols", "http", ...runtime],
    http: [...runtime],
    telemetry: ["core", "http", "npm:pino", "npm:prom-client", ...runtime],
    "dev-page": ["core", "http", "npm:@twinwire/backend", "npm:pusher-js", "npm:centrifuge", ...runtime],
    cli: [
      "config",
      "json-text",
      "compose.ts",
      "../package.json",
      "npm:@twinwire/backend",
      "npm:commander",
      ...runtime,
    ],
    "process.ts": ["cli", "compose.ts", "dev-page"],
    "main.ts": ["process.ts"],
    "compose.ts": everything,
    "settings.ts": everything,
    "compose-listeners.ts": everything,
    "compose-webhooks.ts": everything,
    "compose-proxies.ts": everything,
    "compose-reload.ts": everything,
    "compose-telemetry.ts": everything,
    "index.ts": everything,
    "internal.ts": everything,
  },
  backend: {
    calls: [],
    pusher: ["calls", "node"],
    jwt: ["npm:jose", "node"],
    centrifugo: ["calls", "jwt"],
    http: ["node"],
    "index.ts": ["calls", "pusher", "jwt", "centrifugo", "http"],
  },
  events: { ".": ["npm:@standard-schema/spec"] },
  "pusher-recovery": { ".": [] },
  // What runs in browsers: no module of a runtime, and nothing of the back end's half.
  vms: {
    models: ["npm:valibot"],
    push: ["models", "npm:@twinwire/events", "npm:valibot"],
    client: ["models", "push", "npm:@twinwire/events", "npm:pusher-js", "npm:rxjs", "npm:valibot"],
    backend: ["models", "push", "npm:@twinwire/backend", "npm:@twinwire/events", "npm:valibot", "node"],
    "index.ts": ["models", "push", "client"],
  },
  "vk-live": {
    catalogue: ["npm:@twinwire/events", "npm:valibot"],
    client: ["catalogue", "npm:@twinwire/events", "npm:centrifuge", "npm:valibot"],
    backend: ["catalogue", "npm:@twinwire/backend", "npm:@twinwire/events", "npm:valibot", "node"],
    "index.ts": ["catalogue", "client"],
  },
};

/** What runs against any server shares no code with ours: a fault would hide in it. */
const blackBox = {
  program: ["node"],
  pusher: ["program", "node"],
  centrifugo: ["program", "node"],
};

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** The room a path belongs to: the longest of the table; what is outside of `src` has none but itself. */
function roomOf(table, path) {
  const [first, second] = path.split(sep);
  const rooms = [`${first}/${second}`, first, "."].filter((room) => room in table);
  return path.startsWith("..") ? path : (rooms[0] ?? first);
}

function target(table, path, specifier) {
  if (specifier.startsWith(".")) return roomOf(table, join(dirname(path), specifier));
  if (specifier.startsWith("node:")) return "node";
  if (specifier === "bun" || specifier.startsWith("bun:")) return "bun";
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1);
  return `npm:${name.join("/")}`;
}

const specifiers =
  /(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s*"([^"]+)"|(?:^|\n)\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g;

/** @param part the folder of `root` that is looked at; what it may import is in the table of the whole */
function faultsOf(name, root, table, part = ".") {
  return sources(join(root, part)).flatMap((file) => {
    const path = relative(root, file);
    const at = `${name}/${path}`;
    const room = roomOf(table, path);
    if (!(room in table)) return [`${at}: ${room} is in no row of the table in scripts/check-imports.mjs`];
    const may = table[room];
    if (may === everything) return [];
    return [...readFileSync(file, "utf8").matchAll(specifiers)].flatMap(([, from, bare, dynamic]) => {
      const specifier = from ?? bare ?? dynamic;
      const to = target(table, path, specifier);
      return to === room || may.includes(to) ? [] : [`${at}: imports ${specifier} (${to})`];
    });
  });
}

const untold = readdirSync(packages).filter((name) => !(name in tables));
const faults = [
  ...untold.map((name) => `${name}: has no table in scripts/check-imports.mjs`),
  ...Object.entries(tables).flatMap(([name, table]) =>
    faultsOf(`${name}/src`, join(packages, name, "src"), table),
  ),
  ...Object.keys(blackBox).flatMap((name) =>
    faultsOf("conformance", join(packages, "../conformance"), blackBox, name),
  ),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exit(1);
