import { runProcess } from "twinwire/internal";
import { site } from "./site.ts";
import { namespaces } from "./stream-chat/namespaces.ts";

// What the stream chat's channels need, unless whoever starts the demo brings a configuration.
if (!process.argv.some((word) => word.startsWith("--config")))
  process.env["TWINWIRE_CHANNEL_NAMESPACES"] ??= JSON.stringify(namespaces);

/** The command line of Twinwire, whose `dev` shows the consoles beside the two-wire page. */
await runProcess(site);
