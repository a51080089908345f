import { join } from "node:path";
import { Launched } from "../../packages/server/test/e2e/launched.ts";

/** What `npm start` runs, as a process of its own: the bundler takes over what a process has resolved for itself. */
export function launchDemo(port = 0): Promise<Launched> {
  const command = ["node", join(import.meta.dir, "..", "start.mjs")];
  return Launched.start(["dev", "--port", String(port)], { command });
}
