import { ArgumentFault, commonUsage, exitCodes, Given, type Arguments } from "../program/arguments.ts";
import { specialApps, type AppKeys, type SpecialApp, type Target } from "./target.ts";

const kinds = Object.keys(specialApps) as SpecialApp[];

export const usage = `conformance/pusher.mjs URL --app-id ID --key KEY --secret SECRET [options]

  URL                     of the server: http://127.0.0.1:8000
  --webhooks HOST:PORT    where the server was configured to send webhooks: http://HOST:PORT
${commonUsage}Apps with an option switched on, each as ID:KEY:SECRET:
${kinds.map((kind) => `  --${kind}-app`.padEnd(26) + specialApps[kind]).join("\n")}

${exitCodes}`;

export function readArguments(words: readonly string[]): Arguments<Target> {
  const apps = kinds.map((kind) => `${kind}-app`);
  const given = Given.read(words, ["app-id", "key", "secret", "webhooks", ...apps]);
  const { question } = given;
  if (question !== undefined) return question;
  const { url, patience, only } = given;
  const [id, key, secret] = [given.text("app-id"), given.text("key"), given.text("secret")];
  if (id === undefined || key === undefined || secret === undefined)
    throw new ArgumentFault("--app-id, --key and --secret are needed");
  const special: Partial<Record<SpecialApp, AppKeys>> = {};
  for (const kind of kinds) {
    const app = given.text(`${kind}-app`);
    if (app !== undefined) special[kind] = readApp(kind, app);
  }
  const target = { url, app: { id, key, secret }, special, webhooks: given.text("webhooks"), patience };
  return { kind: "run", target, only };
}

function readApp(kind: SpecialApp, text: string): AppKeys {
  const [id = "", key = "", secret = ""] = text.split(":");
  if (id === "" || key === "" || secret === "") throw new ArgumentFault(`--${kind}-app takes ID:KEY:SECRET`);
  return { id, key, secret };
}
