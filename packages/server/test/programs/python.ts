import { join } from "node:path";
import { cachedFolder } from "./cached.ts";
import { runToEnd } from "./required.ts";

export type PythonOrNot =
  { readonly ok: true; readonly python: string } | { readonly ok: false; readonly why: string };

/** The interpreter of an environment with this package in it (`name==version`), made where it is not there. */
export async function pythonWith(requirement: string): Promise<PythonOrNot> {
  try {
    const folder = await cachedFolder(`python-${requirement}`, async (into) => {
      await runToEnd(["python3", "-m", "venv", into]);
      await runToEnd([join(into, "bin", "python"), "-m", "pip", "install", "--quiet", requirement]);
    });
    return { ok: true, python: join(folder, "bin", "python") };
  } catch (cause) {
    return { ok: false, why: cause instanceof Error ? cause.message : String(cause) };
  }
}
