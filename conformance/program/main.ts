import { ArgumentFault, type Arguments } from "./arguments.ts";
import type { Subject } from "./line.ts";
import { countsOf, listing, summary, table } from "./report.ts";
import type { Result } from "./run.ts";

/** A program that tries a server of one protocol. */
export interface Program<Target> {
  readonly usage: string;
  readonly subjects: readonly Subject<never>[];
  /** Throws `ArgumentFault`. */
  read(given: readonly string[]): Arguments<Target>;
  /** Opens one connection: throws where there is no server. */
  reach(target: Target): Promise<void>;
  /** Tries the lines whose id has the text. */
  run(target: Target, only: string): Promise<readonly Result[]>;
}

/** Whether there is a server that answers at all: else every line would say so. */
async function reachable<Target extends { readonly url: string }>(
  program: Program<Target>,
  target: Target,
): Promise<boolean> {
  try {
    await program.reach(target);
    return true;
  } catch (cause) {
    process.stderr.write(`${target.url}: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    return false;
  }
}

/** Resolves with the exit code. */
export async function main<Target extends { readonly url: string }>(
  program: Program<Target>,
): Promise<number> {
  const { usage, subjects } = program;
  try {
    const given = program.read(process.argv.slice(2));
    switch (given.kind) {
      case "help":
        process.stdout.write(usage);
        return 0;
      case "list":
        process.stdout.write(`${listing(subjects)}\n`);
        return 0;
      case "print":
        process.stdout.write(given.text);
        return 0;
      case "run": {
        if (!(await reachable(program, given.target))) return 2;
        const results = await program.run(given.target, given.only);
        process.stdout.write(`${table(subjects, results)}\n${summary(results)}`);
        return countsOf(results).failed === 0 && results.length > 0 ? 0 : 1;
      }
    }
  } catch (cause) {
    if (!(cause instanceof ArgumentFault)) throw cause;
    process.stderr.write(`${cause.message}\n\n${usage}`);
    return 2;
  }
}
