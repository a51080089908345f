import { main } from "../program/main.ts";
import { tryLines } from "../program/run.ts";
import { readArguments, usage } from "./arguments.ts";
import { lines, subjects } from "./lines.ts";
import { Scene } from "./scene.ts";
import type { Target } from "./target.ts";

process.exit(
  await main<Target>({
    usage,
    subjects,
    read: readArguments,
    async reach(target) {
      using scene = new Scene(target);
      await scene.open();
    },
    run: (target, only) =>
      tryLines(
        lines.filter(({ id }) => id.includes(only)),
        () => new Scene(target),
      ),
  }),
);
