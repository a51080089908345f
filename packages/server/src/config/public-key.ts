import { createPublicKey, type KeyObject } from "node:crypto";

/** Bits. */
const shortestRsa = 2048;
const curves: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** What is wrong with a public key in PEM, as the end of a sentence; undefined for nothing. */
export function publicKeyFault(pem: string, kind: "rsa" | "ec"): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return "is a private key: the server needs the public one alone";
  const key = read(pem);
  if (key === undefined) return "is no public key in PEM (-----BEGIN PUBLIC KEY-----)";
  if (key.asymmetricKeyType !== kind)
    return `is a key of another kind (${key.asymmetricKeyType ?? "unknown"}), not ${kind === "rsa" ? "RSA" : "ECDSA"}`;
  if (kind === "rsa") {
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits < shortestRsa ? `is too short: ${bits} bits, where ${shortestRsa} are the least` : undefined;
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  return curves.has(curve)
    ? undefined
    : "is on a curve that no token is signed with (P-256, P-384, P-521 are)";
}

function read(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
