import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Fault } from "./faults.ts";
import { jsonFault } from "./json-fault.ts";
import { isRawObject, type RawObject } from "./raw-config.ts";

/** A configuration as text, with the name that says how it is written. */
export interface ConfigText {
  readonly name: string;
  readonly content: string;
}

export type Parsed =
  { readonly ok: true; readonly raw: RawObject } | { readonly ok: false; readonly fault: Fault };

const parsers: Readonly<Record<string, (content: string) => unknown>> = {
  // Comments and trailing commas are allowed.
  ".json": (content) => Bun.JSONC.parse(content),
  ".jsonc": (content) => Bun.JSONC.parse(content),
  ".yaml": (content) => Bun.YAML.parse(content),
  ".yml": (content) => Bun.YAML.parse(content),
  ".toml": (content) => Bun.TOML.parse(content),
};

function failed(path: string, message: string): Parsed {
  return { ok: false, fault: { path, message } };
}

function syntaxFault(text: ConfigText, cause: unknown): string {
  if (extname(text.name).toLowerCase().startsWith(".json")) return jsonFault(text.content) ?? "is not JSON";
  // What the parser quotes behind its words may be a secret.
  return (cause instanceof Error ? cause.message : String(cause)).replace(/:\s*["'`].*$/s, "");
}

export function parseConfigText(text: ConfigText): Parsed {
  const parse = parsers[extname(text.name).toLowerCase()];
  if (parse === undefined) return failed(text.name, "must be named .json, .yaml, .yml or .toml");
  let value: unknown;
  try {
    value = text.content.trim() === "" ? {} : parse(text.content);
  } catch (cause) {
    return failed(text.name, syntaxFault(text, cause));
  }
  // A YAML file of nothing but comments is null.
  if (value === null || value === undefined) return { ok: true, raw: {} };
  return isRawObject(value) ? { ok: true, raw: value } : failed(text.name, "must be an object of options");
}

function readFault(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "is a directory, not a file";
  return `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
}

export function readConfigFile(file: string): Parsed {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (cause) {
    return failed(file, readFault(cause));
  }
  return parseConfigText({ name: file, content });
}
