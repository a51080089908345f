import { readPem } from "./pem.ts";
import type { ClientOptions, Config, ProxyOptions } from "./schema.ts";
import type { TlsPem } from "./tls-contradictions.ts";

/**
 * PEM options hold PEM text: files are read once, with the file that names them. A server that runs needs them no more,
 * and can tell whether they have changed. What cannot be read stays as it is, and is a fault.
 */
export function withPemText(config: Config): Config {
  const { http_server: server, client, apps, channel, rpc, proxies } = config;
  const { subscribe, publish, sub_refresh } = channel.proxy;
  return {
    ...config,
    http_server: { ...server, tls: ofTls(server.tls), internal_tls: ofTls(server.internal_tls) },
    client: ofClient(client),
    apps: apps.map((app) => ({ ...app, client: ofClient(app.client) })),
    channel: {
      ...channel,
      proxy: {
        ...channel.proxy,
        subscribe: ofProxy(subscribe),
        publish: ofProxy(publish),
        sub_refresh: ofProxy(sub_refresh),
      },
    },
    rpc: { ...rpc, proxy: ofProxy(rpc.proxy) },
    proxies: proxies.map(ofProxy),
  };
}

function ofClient(client: ClientOptions): ClientOptions {
  const { connect, refresh } = client.proxy;
  return { ...client, proxy: { ...client.proxy, connect: ofProxy(connect), refresh: ofProxy(refresh) } };
}

function ofProxy<T extends ProxyOptions>(proxy: T): T {
  return { ...proxy, http: { ...proxy.http, tls: ofTls(proxy.http.tls) } };
}

function ofTls<T extends TlsPem>(tls: T): T {
  if (!tls.enabled) return tls;
  const text = (given: string): string => readPem(given) ?? given;
  const { cert_pem: cert, key_pem: key, server_ca_pem: serverCa, client_ca_pem: clientCa } = tls;
  return {
    ...tls,
    cert_pem: text(cert),
    key_pem: text(key),
    server_ca_pem: text(serverCa),
    client_ca_pem: text(clientCa),
  };
}
