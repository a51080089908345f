import { ArgumentFault, commonUsage, exitCodes, Given, type Arguments } from "../program/arguments.ts";
import { configuration, secondConfiguration } from "./configuration.ts";
import { kinds, type NamespaceKind } from "./namespaces.ts";
import type { Target } from "./target.ts";

export const usage = `conformance/centrifugo.mjs URL --api-key KEY --hmac-secret SECRET [options]

  URL                     of the server: http://127.0.0.1:8000
  --namespaces LIST       the namespaces of --config that the server has: all, or open,history=mine,…
                          (kind=name where it calls one otherwise)
  --short-delays          the server has the delays of --config
  --transports            the server has http_stream, sse and the unidirectional transports
  --personal NAMESPACE    where the server subscribes users to their personal channels
  --rpc NAMESPACE         of RPC methods, without a proxy; those without a namespace have one at which nobody is
  --issuer TEXT           the iss that tokens need
  --audience TEXT         the aud that tokens need
  --user-connections N    the connections that one user may have
  --origin ORIGIN         the only one of browsers that the server takes
  --second URL            of a server with the options of --second-config, and the same keys
  --config                print the configuration of a Centrifugo on which every line is tried, with these two keys
  --second-config         … and that of the second server
${commonUsage}
${exitCodes}`;

export function readArguments(words: readonly string[]): Arguments<Target> {
  const texts = [
    "api-key",
    "hmac-secret",
    "namespaces",
    "personal",
    "rpc",
    "issuer",
    "audience",
    "user-connections",
    "origin",
    "second",
  ];
  const given = Given.read(words, texts, ["short-delays", "transports", "config", "second-config"]);
  const { question } = given;
  if (question !== undefined) return question;
  const [apiKey, secret] = [given.text("api-key"), given.text("hmac-secret")];
  if (apiKey === undefined || secret === undefined)
    throw new ArgumentFault("--api-key and --hmac-secret are needed");
  const shown = given.flag("config")
    ? configuration
    : given.flag("second-config")
      ? secondConfiguration
      : undefined;
  if (shown !== undefined)
    return { kind: "print", text: `${JSON.stringify(shown(apiKey, secret), undefined, 2)}\n` };
  const { url, patience, only } = given;
  const limit = given.text("user-connections");
  if (limit !== undefined && !(Number(limit) > 0))
    throw new ArgumentFault("--user-connections takes a number");
  const target: Target = {
    url,
    apiKey,
    secret,
    namespaces: readNamespaces(given.text("namespaces") ?? ""),
    shortDelays: given.flag("short-delays"),
    transports: given.flag("transports"),
    personal: given.text("personal"),
    rpc: given.text("rpc"),
    origin: given.text("origin"),
    second: given.text("second"),
    issuer: given.text("issuer"),
    audience: given.text("audience"),
    userConnections: limit === undefined ? undefined : Number(limit),
    patience,
  };
  return { kind: "run", target, only };
}

function readNamespaces(list: string): ReadonlyMap<NamespaceKind, string> {
  const found = new Map<NamespaceKind, string>();
  if (list === "all") return new Map(kinds.map((kind) => [kind, kind]));
  for (const word of list.split(",").filter((one) => one !== "")) {
    const [name = "", called = name] = word.split("=");
    const kind = kinds.find((one) => one === name);
    if (kind === undefined)
      throw new ArgumentFault(`--namespaces: there is no ${name}; there are ${kinds.join(", ")}`);
    found.set(kind, called);
  }
  return found;
}
