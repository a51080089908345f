// Runs the lines of centrifugo/ against any Centrifugo server; see README.md. Bun comes with the checkout.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bunPath } from "../scripts/bun-path.mjs";

const main = fileURLToPath(new URL("centrifugo/main.ts", import.meta.url));
const { status } = spawnSync(bunPath(), [main, ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
