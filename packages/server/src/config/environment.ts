import { pathText, type Fault } from "./faults.ts";
import { nearestName, pathEndingIn } from "./nearest-name.ts";
import type { OptionKind } from "./option-kinds.ts";
import { setAt, type RawObject } from "./raw-config.ts";
import { namesBuiltFirst, soleLeaves, type Leaf } from "./schema-walk.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = "TWINWIRE_";

/** Read by the launcher, before there is a server. */
const notOptions: ReadonlySet<string> = new Set(["TWINWIRE_BUN"]);

/**
 * Kubernetes puts these into every container beside a Service that is named twinwire. A TWINWIRE_PORT that is a number
 * is no such link, but somebody's wish for another port.
 */
function isServiceLink(name: string, value: string): boolean {
  if (name === "TWINWIRE_PORT") return /^(tcp|udp|sctp):\/\//.test(value);
  return /^TWINWIRE_(SERVICE_HOST|SERVICE_PORT(_|$)|PORT_\d+_(TCP|UDP|SCTP)(_|$))/.test(name);
}

export function variableName(path: Leaf["path"]): string {
  return prefix + path.join("_").toUpperCase();
}

let variables: ReadonlyMap<string, Leaf> | undefined;

function knownVariables(): ReadonlyMap<string, Leaf> {
  variables ??= new Map(soleLeaves().map((leaf) => [variableName(leaf.path), leaf]));
  return variables;
}

function suggestion(rest: string): string {
  const { built, all } = namesBuiltFirst((leaf) => variableName(leaf.path).slice(prefix.length));
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

/** Lays the variables of the environment over a file's options; tells those that name none. */
export function overlayEnvironment(raw: RawObject, env: Environment): readonly Fault[] {
  const known = knownVariables();
  const faults: Fault[] = [];
  for (const [name, given] of Object.entries(env)) {
    if (given === undefined || !name.startsWith(prefix) || notOptions.has(name)) continue;
    const leaf = known.get(name);
    if (leaf === undefined) {
      if (isServiceLink(name, given)) continue;
      faults.push({ path: name, message: `unknown variable${suggestion(name.slice(prefix.length))}` });
      continue;
    }
    // An empty variable is how compose files and charts leave one out; only text can be meant to be empty.
    if (given === "" && leaf.facts.kind !== "text") continue;
    const read = readValue(leaf.facts.kind, given, leaf.facts.allowed);
    if ("refused" in read)
      faults.push({ path: name, message: `${read.refused} (it sets ${pathText(leaf.path)})` });
    else setAt(raw, leaf.path.map(String), read.value);
  }
  return faults;
}
