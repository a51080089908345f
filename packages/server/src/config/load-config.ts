import { appContradictions } from "./app-contradictions.ts";
import { parseConfigText, readConfigFile, type ConfigText, type Parsed } from "./config-file.ts";
import { contradictions } from "./contradictions.ts";
import { overlayEnvironment, type Environment } from "./environment.ts";
import type { Fault, OptionPath } from "./faults.ts";
import { withPemText } from "./pem-options.ts";
import { isRawObject, removeAt, setAt, withoutNulls, type RawObject } from "./raw-config.ts";
import { isOwn } from "./schema-walk.ts";
import { schemaFaults, type SchemaFault } from "./schema-faults.ts";
import { configSchema, type Config } from "./schema.ts";
import { unsupportedOptions } from "./unsupported.ts";

export interface ConfigSource {
  /** Path of a .json, .yaml, .yml or .toml file. */
  readonly file?: string;
  /** The content of a file, in place of one; its name says how it is written. */
  readonly text?: ConfigText;
  readonly env: Environment;
  /** What the command line says; it beats the environment. */
  readonly overrides?: { readonly host?: string; readonly port?: number };
  /** What nobody knows is a warning, outside of the sections that are this server's own. @default false */
  readonly allowUnknown?: boolean;
}

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      /** Options that were passed over. */
      readonly warnings: readonly Fault[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads, completes and checks a configuration. Every fault is told, not the first alone. */
export function loadConfig(source: ConfigSource): Loaded {
  return loadFilled(source, (raw) => raw);
}

/** As loadConfig, with something done to the file's options before the environment and the command line have their say. */
export function loadFilled(source: ConfigSource, fill: (raw: RawObject) => RawObject): Loaded {
  const parsed = readSource(source);
  if (!parsed.ok) return { ok: false, faults: [parsed.fault] };
  const raw = withoutNulls(fill(parsed.raw));
  if (!isRawObject(raw)) return { ok: false, faults: [] };
  const environment = overlayEnvironment(raw, source.env);
  const { host, port } = source.overrides ?? {};
  if (host !== undefined) setAt(raw, ["http_server", "address"], host);
  if (port !== undefined) setAt(raw, ["http_server", "port"], port);
  const allowUnknown = source.allowUnknown === true;
  const unknown = [...environment.unknown, ...(allowUnknown ? takeUnknown(raw) : [])];
  const checked = check(raw);
  const faults = [
    ...environment.faults,
    ...(allowUnknown ? [] : unknown),
    ...(checked.ok ? [] : checked.faults),
  ];
  return faults.length > 0 || !checked.ok
    ? { ok: false, faults }
    : { ok: true, config: checked.config, warnings: unknown };
}

/** Takes options that nobody knows out of a configuration, and tells them. Among our own, one is a slip, and stays. */
function takeUnknown(raw: RawObject): readonly Fault[] {
  const read = configSchema.safeParse(raw);
  if (read.success) return [];
  const unknown = schemaFaults(read.error, raw).filter((one) => one.unknown && !isOwn(one.at));
  for (const { at } of unknown) removeAt(raw, at);
  return unknown.map(({ fault }) => fault);
}

function readSource(source: ConfigSource): Parsed {
  if (source.text !== undefined) return parseConfigText(source.text);
  return source.file === undefined ? { ok: true, raw: {} } : readConfigFile(source.file);
}

type Checked =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly Fault[] };

function check(raw: RawObject): Checked {
  const unsupported = unsupportedOptions(raw);
  const read = configSchema.safeParse(raw);
  if (!read.success) {
    const wrong = schemaFaults(read.error, raw);
    return { ok: false, faults: [...wrong.map((one) => one.fault), ...unsupported, ...whatElse(raw, wrong)] };
  }
  const config = completed(read.data);
  const faults = [...unsupported, ...contradictions(config), ...appContradictions(config, raw)];
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config };
}

/** Contradictions among the options that could be read, where others could not. */
function whatElse(raw: RawObject, wrong: readonly SchemaFault[]): readonly Fault[] {
  const rest = structuredClone(raw);
  for (const { at } of wrong) removeAt(rest, at);
  const read = configSchema.safeParse(rest);
  if (!read.success) return [];
  const config = completed(read.data);
  // A value that was taken out to go on is no contradiction.
  const toldAlready = (fault: Fault) =>
    wrong.some((one) => fault.path === one.fault.path || isBelow(fault, one.at));
  return [...contradictions(config), ...appContradictions(config, raw)].filter(
    (fault) => !toldAlready(fault),
  );
}

function isBelow(fault: Fault, path: OptionPath): boolean {
  const [section] = path;
  return path.length === 1 && typeof section === "string" && fault.path.startsWith(`${section}.`);
}

/** The first app has the top level's sections, so that every app has its own to look at; PEM options hold PEM text. */
function completed(read: Config): Config {
  const whole = withPemText(read);
  const [first, ...others] = whole.apps;
  if (first === undefined) return whole;
  return { ...whole, apps: [{ ...first, client: whole.client, http_api: whole.http_api }, ...others] };
}
