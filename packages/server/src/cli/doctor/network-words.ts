import type { CheckName, Finding } from "./report.ts";
import type { Target } from "./target.ts";

type Trouble = Omit<Finding, "verdict"> & { readonly check: CheckName };

const whole = "serve the whole chain (fullchain.pem)";

/** Certificates, by the runtime's codes. */
const certificates: Readonly<Record<string, readonly [said: string, mend: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "the certificate is self-signed, so that no client trusts it",
    "take one from a public authority (Let's Encrypt), or have every client trust this one; for the doctor, NODE_EXTRA_CA_CERTS=FILE",
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    "the certificate comes from an authority of its own, which this machine does not trust",
    "take one from a public authority, or have every client trust that authority; for the doctor, NODE_EXTRA_CA_CERTS=FILE",
  ],
  CERT_HAS_EXPIRED: [
    "the certificate has expired",
    "renew it, and have the server or the proxy read it anew",
  ],
  CERT_NOT_YET_VALID: [
    "the certificate is not valid yet",
    "look at the clock of this machine, and at the date in the certificate",
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "the certificate is that of another host name",
    "use a name that stands in the certificate, or take one for this name",
  ],
};
const unknownIssuer = [
  "the certificate is not signed by an authority that this machine trusts",
  `${whole}: without the certificate between, browsers may still connect and apps do not`,
] as const;
const issuerCodes: ReadonlySet<string> = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
]);

/** What it means that no answer came. `seconds`: how long was waited. */
export function networkTrouble(code: string, { origin, secure }: Target, seconds: number): Trouble {
  const { hostname, port } = new URL(origin);
  const at = port === "" ? (secure ? "443" : "80") : port;
  const [said, mend] = certificates[code] ?? (issuerCodes.has(code) ? unknownIssuer : []);
  if (said !== undefined && mend !== undefined) return { check: "tls", said, mend };
  switch (code) {
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return {
        check: "tls",
        said: `port ${at} does not speak TLS`,
        mend: `give http:// where the connection is to be plain; else turn TLS on (http_server.tls, or the proxy's)`,
      };
    case "ECONNREFUSED":
      return {
        check: "reachable",
        said: `nothing listens on port ${at} of ${hostname}`,
        mend: "start the server, and look at its line “listening on …”: the address (127.0.0.1 is this machine alone) and the port",
      };
    case "Malformed_HTTP_Response":
    case "ResponseHeadersTooLarge":
      return {
        check: "server",
        said: `what answers on port ${at} of ${hostname} does not speak HTTP`,
        mend: "look whether this is the port of the server, or of the proxy before it: some other program has it",
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        check: "reachable",
        said: `there is no host ${hostname}`,
        mend: "look at the spelling of the name, and at its DNS record",
      };
    case "timeout":
      return {
        check: "reachable",
        said: `no answer within ${seconds} s`,
        mend: "look for a firewall between here and there, and whether the server is alive (GET /health on its own machine)",
      };
    case "ECONNRESET":
      return {
        check: "reachable",
        said: `port ${at} of ${hostname} takes the connection and closes it without an answer`,
        mend: "look whether this is the port of an HTTP server, and what its log says",
      };
    default:
      return {
        check: "reachable",
        said: `no answer (${code.slice(0, 120)})`,
        mend: "look at the host, the port, and what is between here and there",
      };
  }
}
