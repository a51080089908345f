// Makes of the package in this folder what npm gets: ESM and CommonJS with their types, a bundle for each door that
// its package.json exports. The checkout itself needs no build: tsconfig.json leads its imports to the sources.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bunPath } from "./bun-path.mjs";

// The checkout's own Bun bundles.
if (process.versions.bun === undefined) {
  const { status } = spawnSync(bunPath(), [fileURLToPath(import.meta.url)], { stdio: "inherit" });
  process.exit(status ?? 1);
}

const root = fileURLToPath(new URL("..", import.meta.url));
const { exports: doors, dependencies } = JSON.parse(readFileSync("package.json", "utf8"));

// A sibling's types are read as whoever installs it reads them.
for (const name of Object.keys(dependencies).filter((one) => one.startsWith("@twinwire/"))) {
  const folder = join(root, "packages", name.slice("@twinwire/".length));
  if (existsSync(join(folder, "dist"))) continue;
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

const entrypoints = Object.values(doors)
  .filter((door) => typeof door === "object")
  .map((door) => door.import.default.replace("./dist/esm/", "src/").replace(/\.js$/, ".ts"));

rmSync("dist", { recursive: true, force: true });
for (const format of ["esm", "cjs"]) {
  // For whoever installs it, a sibling is a dependency like any other.
  const external = ["@twinwire/*"];
  const outdir = join("dist", format);
  const options = {
    entrypoints,
    root: "src",
    outdir,
    format,
    external,
    packages: "external",
    target: "node",
  };
  const built = await Bun.build(options);
  if (!built.success) throw new AggregateError(built.logs, "the package does not bundle");
}

const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
writeFileSync(
  "dist/tsconfig.json",
  JSON.stringify({
    extends: "../../../tsconfig.json",
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rewriteRelativeImportExtensions: true,
      rootDir: "../src",
      outDir: "esm",
      paths: {},
    },
    include: ["../src"],
    exclude: ["../src/**/*.test.ts"],
  }),
);
const types = spawnSync(process.execPath, [tsc, "-p", "dist/tsconfig.json"], { stdio: "inherit" });
rmSync("dist/tsconfig.json");
if (types.status !== 0) process.exit(types.status ?? 1);
// The same types for CommonJS: what a `.d.ts` is, the nearest package.json says.
cpSync("dist/esm", "dist/cjs", { recursive: true, filter: (path) => !path.endsWith(".js") });
writeFileSync("dist/cjs/package.json", '{ "type": "commonjs" }\n');
