// Plain Node: the launcher of the package, with the demo's own entry to the command line.
import { fileURLToPath } from "node:url";

process.env.TWINWIRE_MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
await import("../packages/server/bin/twinwire.mjs");
