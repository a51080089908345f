// Makes of the package in this folder what npm gets: ESM and CommonJS with their types, one file for each door that
// its package.json exports. The checkout itself needs no build: tsconfig.json leads its imports to the sources.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bunPath } from "./bun-path.mjs";

// The bundler needs a newer Node than this project does; the checkout's Bun will do.
if (process.versions.bun === undefined) {
  const { status } = spawnSync(bunPath(), [fileURLToPath(import.meta.url)], { stdio: "inherit" });
  process.exit(status ?? 1);
}

const { build } = await import("tsdown");
const { exports: doors } = JSON.parse(readFileSync("package.json", "utf8"));

await build({
  entry: Object.values(doors)
    .filter((door) => typeof door === "object")
    .map((door) => door.import.default.replace("./dist/", "src/").replace(/\.js$/, ".ts")),
  config: false,
  format: ["esm", "cjs"],
  dts: true,
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  // For whoever installs it, a sibling is a dependency like any other.
  deps: { neverBundle: [/^@twinwire\//] },
  logLevel: "error",
});
