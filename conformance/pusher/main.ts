import { ArgumentFault, readArguments, usage, type Order } from "./arguments.ts";
import { Hooks } from "./hooks.ts";
import { lines } from "./lines.ts";
import { countsOf, listing, summary, table } from "./report.ts";
import { tryLines } from "./run.ts";
import { Scene } from "./scene.ts";

async function run({ target, only }: Order): Promise<number> {
  const hooks = target.webhooks === undefined ? undefined : await Hooks.listen(target.webhooks);
  try {
    const results = await tryLines(
      target,
      lines.filter(({ id }) => id.includes(only)),
      hooks,
    );
    process.stdout.write(`${table(results)}\n${summary(results)}`);
    return countsOf(results).failed === 0 && results.length > 0 ? 0 : 1;
  } finally {
    hooks?.close();
  }
}

/** Whether there is a server that answers at all: else every line would say so. */
async function reachable({ target }: Order): Promise<boolean> {
  using scene = new Scene(target, undefined);
  try {
    await scene.open();
    return true;
  } catch (cause) {
    process.stderr.write(`${target.url}: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    return false;
  }
}

async function main(): Promise<number> {
  try {
    const given = readArguments(process.argv.slice(2));
    switch (given.kind) {
      case "help":
        process.stdout.write(usage);
        return 0;
      case "list":
        process.stdout.write(`${listing()}\n`);
        return 0;
      case "run":
        return (await reachable(given.order)) ? await run(given.order) : 2;
    }
  } catch (cause) {
    if (!(cause instanceof ArgumentFault)) throw cause;
    process.stderr.write(`${cause.message}\n\n${usage}`);
    return 2;
  }
}

process.exit(await main());
