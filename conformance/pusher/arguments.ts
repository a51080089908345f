import { parseArgs } from "node:util";
import { specialApps, type AppKeys, type SpecialApp, type Target } from "./target.ts";

const standardPatience = 5_000;
const kinds = Object.keys(specialApps) as SpecialApp[];

export const usage = `conformance/pusher.mjs URL --app-id ID --key KEY --secret SECRET [options]

  URL                     of the server: http://127.0.0.1:8000
  --webhooks HOST:PORT    where the server was configured to send webhooks: http://HOST:PORT
  --patience MS           how long to wait for what has to come (${standardPatience})
  --only TEXT             only lines whose id has the text
  --list                  print the lines as they stand in README.md
Apps with an option switched on, each as ID:KEY:SECRET:
${kinds.map((kind) => `  --${kind}-app`.padEnd(26) + specialApps[kind]).join("\n")}

Exit code: 0 no line fails, 1 some do, 2 wrong arguments or no server.
`;

export interface Order {
  readonly target: Target;
  readonly only: string;
}

export type Arguments = { readonly kind: "run"; readonly order: Order } | { readonly kind: "list" | "help" };

export class ArgumentFault extends Error {}

export function readArguments(given: readonly string[]): Arguments {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const apps = Object.fromEntries(kinds.map((kind) => [`${kind}-app`, text]));
  const options = {
    "app-id": text,
    key: text,
    secret: text,
    webhooks: text,
    patience: text,
    only: text,
    list: flag,
    help: flag,
  };
  let parsed;
  try {
    parsed = parseArgs({ args: [...given], allowPositionals: true, options: { ...apps, ...options } });
  } catch (cause) {
    throw new ArgumentFault(cause instanceof Error ? cause.message : String(cause));
  }
  const { positionals } = parsed;
  const values = parsed.values as Readonly<Record<string, string | boolean | undefined>>;
  if (values["help"] === true) return { kind: "help" };
  if (values["list"] === true) return { kind: "list" };
  const value = (name: string): string | undefined => {
    const found = values[name];
    return typeof found === "string" ? found : undefined;
  };
  const [url] = positionals;
  const [id, key, secret] = [value("app-id"), value("key"), value("secret")];
  if (url === undefined || !/^https?:\/\//.test(url))
    throw new ArgumentFault("the first argument is the server's URL");
  if (id === undefined || key === undefined || secret === undefined)
    throw new ArgumentFault("--app-id, --key and --secret are needed");
  const patience = Number(value("patience") ?? standardPatience);
  if (!(patience > 0)) throw new ArgumentFault("--patience takes milliseconds");
  const special: Partial<Record<SpecialApp, AppKeys>> = {};
  for (const kind of kinds) {
    const app = value(`${kind}-app`);
    if (app !== undefined) special[kind] = readApp(kind, app);
  }
  const target = {
    url: url.replace(/\/$/, ""),
    app: { id, key, secret },
    special,
    webhooks: value("webhooks"),
    patience,
  };
  return { kind: "run", order: { target, only: value("only") ?? "" } };
}

function readApp(kind: SpecialApp, text: string): AppKeys {
  const [id = "", key = "", secret = ""] = text.split(":");
  if (id === "" || key === "" || secret === "") throw new ArgumentFault(`--${kind}-app takes ID:KEY:SECRET`);
  return { id, key, secret };
}
