// npm run docs:options: writes docs/options.md anew, from the schema of the configuration.
import { optionsPage } from "../packages/server/src/config/options-page.ts";

await Bun.write(new URL("../docs/options.md", import.meta.url), optionsPage());
