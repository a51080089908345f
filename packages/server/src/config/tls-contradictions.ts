import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Fault } from "./faults.ts";
import { readPem } from "./pem.ts";

/** What a section for TLS has, whichever side of a connection it is for. */
export interface TlsPem {
  readonly enabled: boolean;
  readonly cert_pem: string;
  readonly key_pem: string;
  readonly server_ca_pem: string;
  readonly client_ca_pem: string;
}

const noPem = "is neither PEM text, nor PEM text in base64, nor the path of a file with it";

function pemFault(path: string, given: string, isGood: (pem: string) => boolean): readonly Fault[] {
  const pem = readPem(given);
  if (pem === undefined) return [{ path, message: noPem }];
  return holds(() => isGood(pem)) ? [] : [{ path, message: "is PEM, but not of what belongs there" }];
}

/** Whether it is so; what throws is not. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

const isCertificate = (pem: string): boolean => new X509Certificate(pem).raw.length > 0;
const isKey = (pem: string): boolean => createPrivateKey(pem).type === "private";

/** A certificate with its key, either of which may be missing only where it is not required. */
function pairFaults(path: string, { cert_pem: cert, key_pem: key }: TlsPem, why: string): readonly Fault[] {
  const required = (name: string): readonly Fault[] => [
    { path: `${path}.${name}`, message: `is required where ${why}` },
  ];
  const faults = [
    ...(cert === "" ? required("cert_pem") : pemFault(`${path}.cert_pem`, cert, isCertificate)),
    ...(key === "" ? required("key_pem") : pemFault(`${path}.key_pem`, key, isKey)),
  ];
  if (faults.length > 0) return faults;
  const fits = holds(() =>
    new X509Certificate(readPem(cert) ?? "").checkPrivateKey(createPrivateKey(readPem(key) ?? "")),
  );
  return fits ? [] : [{ path: `${path}.key_pem`, message: `is not the key of ${path}.cert_pem` }];
}

/** Of a port that speaks TLS. */
export function serverTlsFaults(path: string, tls: TlsPem): readonly Fault[] {
  if (!tls.enabled) return [];
  return [
    ...pairFaults(path, tls, `${path}.enabled is true`),
    ...(tls.client_ca_pem === "" ? [] : pemFault(`${path}.client_ca_pem`, tls.client_ca_pem, isCertificate)),
  ];
}

/** Of connections that this server opens. */
export function clientTlsFaults(path: string, tls: TlsPem): readonly Fault[] {
  if (!tls.enabled) return [];
  const shows = tls.cert_pem !== "" || tls.key_pem !== "";
  return [
    ...(shows ? pairFaults(path, tls, "the other of the two is given") : []),
    ...(tls.server_ca_pem === "" ? [] : pemFault(`${path}.server_ca_pem`, tls.server_ca_pem, isCertificate)),
  ];
}
