import type { Fault } from "./faults.ts";
import { goRegex } from "./go-regex.ts";
import { isKeyAddress, placeholdersOf, unsafePattern } from "./key-address.ts";
import { publicKeyFault } from "./public-key.ts";
import type { ClientOptions } from "./schema.ts";

type TokenOptions = ClientOptions["token"];

/** What is wrong with the keys and rules of tokens, at both places that have them. */
export function tokenFaults(path: string, client: ClientOptions): readonly Fault[] {
  const { token, subscription_token: own } = client;
  return [
    ...faultsOf(`${path}.token`, token),
    ...(own.enabled ? faultsOf(`${path}.subscription_token`, own) : []),
  ];
}

export function hasKeys(token: TokenOptions): boolean {
  return (
    token.hmac_secret_key !== "" ||
    token.hmac_previous_secret_key !== "" ||
    token.rsa_public_key !== "" ||
    token.ecdsa_public_key !== "" ||
    token.jwks_public_endpoint !== ""
  );
}

function faultsOf(path: string, token: TokenOptions): readonly Fault[] {
  const faults: Fault[] = [...keyFaults(path, token)];
  for (const name of ["audience", "issuer"] as const) {
    const pattern = token[`${name}_regex`];
    if (pattern === "") continue;
    const wrong = patternFault(pattern);
    if (wrong !== undefined) faults.push({ path: `${path}.${name}_regex`, message: wrong });
    if (token[name] !== "")
      faults.push({ path: `${path}.${name}_regex`, message: `is one of two: ${path}.${name} is the other` });
  }
  return [...faults, ...addressFaults(path, token)];
}

function keyFaults(path: string, token: TokenOptions): readonly Fault[] {
  const faults: Fault[] = [];
  for (const name of ["hmac_secret_key", "hmac_previous_secret_key"] as const)
    if (token[name].includes("-----BEGIN "))
      // A public key is known to everybody, and so would be what signs.
      faults.push({
        path: `${path}.${name}`,
        message: "is a key in PEM, not a secret: see rsa_public_key and ecdsa_public_key",
      });
  for (const [name, kind] of [
    ["rsa_public_key", "rsa"],
    ["ecdsa_public_key", "ec"],
  ] as const) {
    const wrong = token[name] === "" ? undefined : publicKeyFault(token[name], kind);
    if (wrong !== undefined) faults.push({ path: `${path}.${name}`, message: wrong });
  }
  return faults;
}

function patternFault(pattern: string): string | undefined {
  try {
    goRegex(pattern);
    return undefined;
  } catch (cause) {
    return `is not a regular expression: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function addressFaults(path: string, token: TokenOptions): readonly Fault[] {
  const endpoint = token.jwks_public_endpoint;
  const at = `${path}.jwks_public_endpoint`;
  if (endpoint === "") return [];
  if (!isKeyAddress(endpoint))
    return [{ path: at, message: "must be an http or https URL without a user and password" }];
  const names = new Set(placeholdersOf(endpoint));
  if (names.size === 0) return [];
  const faults: Fault[] = [];
  const patterns = (["issuer_regex", "audience_regex"] as const).map((name) => [name, token[name]] as const);
  for (const name of names)
    if (!patterns.some(([, pattern]) => pattern.includes(`<${name}>`)))
      faults.push({
        path: at,
        message: `{{${name}}} is no named group of ${path}.issuer_regex or audience_regex`,
      });
  if (token.insecure_skip_jwks_endpoint_safety_check) return faults;
  for (const [name, pattern] of patterns) {
    const unsafe = unsafePattern(pattern, names);
    if (unsafe !== undefined) faults.push({ path: `${path}.${name}`, message: unsafe });
  }
  return faults;
}
