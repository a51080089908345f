import { parseArgs } from "node:util";

const standardPatience = 5_000;

/** What every program takes, as its usage says it. */
export const commonUsage = `  --patience MS           how long to wait for what has to come (${standardPatience})
  --only TEXT             only lines whose id has the text
  --list                  print the lines as they stand in README.md
`;

export const exitCodes = `Exit code: 0 no line fails, 1 some do, 2 wrong arguments or no server.
`;

export type Arguments<Target> =
  | { readonly kind: "run"; readonly target: Target; readonly only: string }
  | { readonly kind: "list" | "help" }
  | { readonly kind: "print"; readonly text: string };

export class ArgumentFault extends Error {}

/** What was given on the command line. */
export class Given {
  private constructor(
    private readonly positionals: readonly string[],
    private readonly values: Readonly<Record<string, string | boolean | undefined>>,
  ) {}

  /** @param texts names of options that take a text @param flags names of options that take nothing */
  static read(given: readonly string[], texts: readonly string[], flags: readonly string[] = []): Given {
    const options: Record<string, { readonly type: "string" | "boolean" }> = {};
    for (const name of ["patience", "only", ...texts]) options[name] = { type: "string" };
    for (const name of ["list", "help", ...flags]) options[name] = { type: "boolean" };
    try {
      const { positionals, values } = parseArgs({ args: [...given], allowPositionals: true, options });
      return new Given(positionals, values);
    } catch (cause) {
      throw new ArgumentFault(cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** What asks for no server. */
  get question(): { readonly kind: "list" | "help" } | undefined {
    if (this.flag("help")) return { kind: "help" };
    return this.flag("list") ? { kind: "list" } : undefined;
  }

  text(name: string): string | undefined {
    const found = this.values[name];
    return typeof found === "string" ? found : undefined;
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** The server's, without a slash at its end. */
  get url(): string {
    const [url] = this.positionals;
    if (url === undefined || !/^https?:\/\//.test(url))
      throw new ArgumentFault("the first argument is the server's URL");
    return url.replace(/\/$/, "");
  }

  /** Milliseconds. */
  get patience(): number {
    const patience = Number(this.text("patience") ?? standardPatience);
    if (!(patience > 0)) throw new ArgumentFault("--patience takes milliseconds");
    return patience;
  }

  get only(): string {
    return this.text("only") ?? "";
  }
}
