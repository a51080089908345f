import { pathText, type Fault, type OptionPath } from "./faults.ts";
import { nearestName, pathEndingIn } from "./nearest-name.ts";
import type { OptionFacts, OptionKind } from "./option-kinds.ts";
import { isRawObject, setAt, valueAt, type RawObject } from "./raw-config.ts";
import { factsAt, isOwn, namesAt, namesBuiltFirst, soleLeaves, type Leaf } from "./schema-walk.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Ours, and Centrifugo's, whose users bring theirs along. Where both name an option, ours counts. */
const prefixes = ["CENTRIFUGO_", "TWINWIRE_"] as const;
type Prefix = (typeof prefixes)[number];

/** Read by the launcher, before there is a server. */
const notOptions: ReadonlySet<string> = new Set(["TWINWIRE_BUN"]);

/** Lists whose items have names, by which a variable can mean an option of one. */
const namedLists: readonly (readonly string[])[] = [
  ["channel", "namespaces"],
  ["proxies"],
  ["rpc", "namespaces"],
];

/**
 * Kubernetes puts these into every container beside a Service that is named twinwire. A TWINWIRE_PORT that is a number
 * is no such link, but somebody's wish for another port.
 */
function isServiceLink(rest: string, value: string): boolean {
  if (rest === "PORT") return /^(tcp|udp|sctp):\/\//.test(value);
  return /^(SERVICE_HOST|SERVICE_PORT(_|$)|PORT_\d+_(TCP|UDP|SCTP)(_|$))/.test(rest);
}

export function variableName(path: OptionPath, prefix: Prefix = "TWINWIRE_"): string {
  return prefix + path.join("_").toUpperCase();
}

let variables: ReadonlyMap<string, Leaf> | undefined;

/** Options by what follows the prefix. */
function knownVariables(): ReadonlyMap<string, Leaf> {
  variables ??= new Map(
    soleLeaves().map((leaf) => [variableName(leaf.path).slice("TWINWIRE_".length), leaf]),
  );
  return variables;
}

function suggestion(prefix: Prefix, rest: string): string {
  const { built, all } = namesBuiltFirst((leaf) => leaf.path.join("_").toUpperCase());
  const nearest = nearestName(rest, all) ?? pathEndingIn(rest, built) ?? pathEndingIn(rest, all);
  return nearest === undefined ? "" : `; did you mean ${prefix}${nearest}?`;
}

type Read = { readonly value: unknown } | { readonly refused: string };

function readJson(given: string, what: string): Read {
  try {
    return { value: JSON.parse(given) as unknown };
  } catch {
    return { refused: `must be ${what} as JSON` };
  }
}

const flags: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

function readValue(kind: OptionKind, given: string, allowed: string): Read {
  switch (kind) {
    case "text":
    case "duration":
      return { value: given };
    case "flag": {
      const value = flags[given.toLowerCase()];
      return value === undefined ? { refused: "must be true, false, 1 or 0" } : { value };
    }
    case "number":
      return /^-?\d+$/.test(given) ? { value: Number(given) } : { refused: `must be ${allowed}` };
    case "list":
      return given.trimStart().startsWith("[")
        ? readJson(given, allowed)
        : { value: given.split(/\s+/).filter((item) => item !== "") };
    case "json":
      return readJson(given, allowed);
  }
}

/** What the environment says that cannot be taken. */
export interface EnvironmentFaults {
  readonly faults: readonly Fault[];
  /** Variables that name no option. */
  readonly unknown: readonly Fault[];
}

/** Lays the variables of the environment over a file's options; tells those that name none. */
export function overlayEnvironment(raw: RawObject, env: Environment): EnvironmentFaults {
  const faults: Fault[] = [];
  const unknown: Fault[] = [];
  const named = new Map<string, { readonly prefix: Prefix; readonly rest: string; readonly given: string }>();
  for (const prefix of prefixes) {
    for (const [name, given] of Object.entries(env)) {
      if (given === undefined || !name.startsWith(prefix) || notOptions.has(name)) continue;
      const rest = name.slice(prefix.length);
      const leaf = knownVariables().get(rest);
      if (leaf !== undefined && !(prefix === "CENTRIFUGO_" && isOwn(leaf.path)))
        lay(raw, { name, given, path: leaf.path.map(String), facts: leaf.facts }, faults);
      else if (!isServiceLink(rest, given) && !isVariable(prefix, rest))
        named.set(name, { prefix, rest, given });
    }
  }
  // Once the lists themselves are there.
  for (const [name, { prefix, rest, given }] of named) {
    const item = itemOption(raw, rest);
    if (item === undefined)
      unknown.push({ path: name, message: `unknown variable${suggestion(prefix, rest)}` });
    else lay(item.options, { name, given, path: [item.option], facts: item.facts }, faults);
  }
  fillIn(raw, env);
  return { faults, unknown };
}

interface Variable {
  readonly name: string;
  readonly given: string;
  readonly path: readonly string[];
  readonly facts: OptionFacts;
}

function lay(options: RawObject, { name, given, path, facts }: Variable, faults: Fault[]): void {
  // An empty variable is how compose files and charts leave one out; only text can be meant to be empty.
  if (given === "" && facts.kind !== "text") return;
  const read = readValue(facts.kind, given, facts.allowed);
  if ("refused" in read) faults.push({ path: name, message: `${read.refused} (it sets ${pathText(path)})` });
  else setAt(options, path, read.value);
}

/** `CHANNEL_NAMESPACES_CHAT_PRESENCE`: an option of a list's item, by the item's name. */
function itemOption(raw: RawObject, rest: string) {
  for (const list of namedLists) {
    const before = `${list.join("_").toUpperCase()}_`;
    if (!rest.startsWith(before)) continue;
    const items: unknown = valueAt(raw, list);
    for (const options of Array.isArray(items) ? (items as unknown[]) : []) {
      if (!isRawObject(options) || typeof options["name"] !== "string") continue;
      const start = `${before}${options["name"].toUpperCase().replaceAll(/[-.]/g, "_")}_`;
      if (!rest.startsWith(start)) continue;
      const option = namesAt([...list, 0]).find((one) => start + one.toUpperCase() === rest);
      const facts = option === undefined ? undefined : factsAt([...list, 0, option]);
      if (option !== undefined && facts !== undefined) return { options, option, facts };
    }
  }
  return undefined;
}

function isVariable(prefix: Prefix, rest: string): boolean {
  return prefix === "CENTRIFUGO_" && rest.startsWith("VAR_");
}

const placeholder = /\$\{(CENTRIFUGO_VAR_[A-Z0-9_]+)\}/g;

/** `${CENTRIFUGO_VAR_X}` in a text, such as a static header of a proxy, stands for that variable (protocol notes, 10.4). */
function fillIn(value: unknown, env: Environment): void {
  if (Array.isArray(value)) for (const one of value as unknown[]) fillIn(one, env);
  if (!isRawObject(value)) return;
  for (const [key, one] of Object.entries(value)) {
    if (typeof one === "string")
      value[key] = one.replaceAll(placeholder, (whole, name: string) => env[name] ?? whole);
    else fillIn(one, env);
  }
}
