import type { Config } from "./schema.ts";

/** TLS of a port; its PEM options hold PEM text. */
export type ListenerTls = Pick<Config["http_server"]["tls"], "cert_pem" | "key_pem" | "client_ca_pem">;

/** Of the port of all; undefined = it speaks no TLS. */
export function externalTls({ http_server: { tls } }: Config): ListenerTls | undefined {
  return tls.enabled ? tls : undefined;
}

/** Of the internal port: its own, else that of the other, unless that is for the other alone. */
export function internalTls(config: Config): ListenerTls | undefined {
  const { internal_tls: own, tls_external: external } = config.http_server;
  if (own.enabled) return own;
  return external ? undefined : externalTls(config);
}
