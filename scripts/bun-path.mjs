// Where the checkout's own Bun is, found as the launcher finds it, so that nothing but Node and npm is needed.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../packages/server/bin/twinwire.mjs", import.meta.url));

/** The path of the Bun binary; throws with the launcher's own message where there is none. */
export function bunPath() {
  return execFileSync(process.execPath, [launcher], {
    encoding: "utf8",
    env: { ...process.env, TWINWIRE_PRINT_BUN: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
}
