// A Python with centrifuge-python, made once and kept where caches are kept.
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const version = "0.7.0";
const cache = fileURLToPath(new URL("../../../../node_modules/.cache", import.meta.url));
const folder = join(cache, `vk-live-python-${version}`);

export type PythonOrNot =
  { readonly ok: true; readonly python: string } | { readonly ok: false; readonly why: string };

/** What it said, where it failed. */
async function run(command: readonly string[]): Promise<string | undefined> {
  try {
    const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return (await child.exited) === 0 ? undefined : `${command.join(" ")}: ${out}${err}`;
  } catch (cause) {
    return `${command.join(" ")}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** The interpreter of the environment, which is made where it is not there. */
export async function pythonWithCentrifuge(): Promise<PythonOrNot> {
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return { ok: true, python };
  // Made elsewhere and moved when whole: half an environment is never taken for one.
  const fresh = `${folder}.${process.pid}`;
  const steps = [
    ["python3", "-m", "venv", fresh],
    [join(fresh, "bin", "python"), "-m", "pip", "install", "--quiet", `centrifuge-python==${version}`],
  ];
  for (const step of steps) {
    const why = await run(step);
    if (why !== undefined) {
      await rm(fresh, { recursive: true, force: true });
      return { ok: false, why };
    }
  }
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return { ok: true, python };
}
