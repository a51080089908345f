import {
  anyList,
  count,
  duration,
  flag,
  later,
  section,
  secretText,
  text,
  textList,
  textMap,
} from "./option-kinds.ts";

/** TLS of a connection this server opens, or of a listener it does not have yet. */
export function tlsShape() {
  return {
    enabled: flag(),
    cert_pem: text(),
    key_pem: secretText(),
    server_ca_pem: text(),
    client_ca_pem: text(),
    insecure_skip_verify: flag(),
    server_name: text(),
  };
}

function proxyShape() {
  return {
    endpoint: text(),
    timeout: duration("1s"),
    http_headers: textList(),
    grpc_metadata: textList(),
    emulated_headers: textList(),
    binary_encoding: flag(),
    include_connection_meta: flag(),
    http: section({
      tls: section(tlsShape()),
      static_headers: textMap(),
      status_to_code_transforms: anyList(),
    }),
    grpc: section({
      tls: section(tlsShape()),
      credentials_key: text(),
      credentials_value: secretText(),
      compression: flag(),
      static_metadata: textMap(),
    }),
  };
}

export function clientProxies() {
  return later(
    section({
      connect: section({ enabled: flag(), ...proxyShape() }),
      refresh: section({ enabled: flag(), ...proxyShape() }),
    }),
  );
}

export function channelProxies() {
  return later(
    section({
      subscribe: section(proxyShape()),
      publish: section(proxyShape()),
      sub_refresh: section(proxyShape()),
      subscribe_stream: section(proxyShape()),
      map_publish: section(proxyShape()),
      map_remove: section(proxyShape()),
      shared_poll_refresh: section(proxyShape()),
    }),
  );
}

export function rpcSection() {
  return later(
    section({
      proxy: section(proxyShape()),
      without_namespace: section({ proxy_enabled: flag(), proxy_name: text("default") }),
      namespaces: anyList(),
      ping: section({ enabled: flag(), method: text("ping") }),
      namespace_boundary: text(":"),
    }),
  );
}

export function namedProxies() {
  return later(anyList("Proxies that namespaces refer to by name."));
}

export function consumers() {
  return later(anyList("Queues and tables this server reads commands from."));
}

export function sharedPollSection() {
  return later(
    section({
      hmac_secret_key: secretText(),
      hmac_previous_secret_key: secretText(),
      hmac_previous_secret_key_valid_until: count(0),
      concurrency_limit: count(0),
    }),
  );
}
