import { main } from "../program/main.ts";
import { tryLines } from "../program/run.ts";
import { readArguments, usage } from "./arguments.ts";
import { Hooks } from "./hooks.ts";
import { lines, subjects } from "./lines.ts";
import { Scene } from "./scene.ts";
import type { Target } from "./target.ts";

process.exit(
  await main<Target>({
    usage,
    subjects,
    read: readArguments,
    async reach(target) {
      using scene = new Scene(target, undefined);
      await scene.open();
    },
    async run(target, only) {
      const hooks = target.webhooks === undefined ? undefined : await Hooks.listen(target.webhooks);
      try {
        return await tryLines(
          lines.filter(({ id }) => id.includes(only)),
          () => new Scene(target, hooks),
        );
      } finally {
        hooks?.close();
      }
    },
  }),
);
