import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const cache = join(import.meta.dir, "..", "..", "..", "..", "node_modules", ".cache");

/** A folder that is made once and kept: elsewhere first, and moved when whole, so that half of it is never taken for it. */
export async function cachedFolder(name: string, make: (into: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, "making-"));
  try {
    await make(making);
    renameSync(making, folder);
  } catch (cause) {
    rmSync(making, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw cause;
  }
  return folder;
}
