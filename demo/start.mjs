// Plain Node: the launcher of the package, with the demo's own entry to the command line.
import { fileURLToPath } from "node:url";
import { launch } from "../packages/server/bin/launcher.mjs";

launch(fileURLToPath(new URL("main.ts", import.meta.url)));
