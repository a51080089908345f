import { runProcess } from "./process.ts";

/** The entry of the binary. */
await runProcess();
