import { z } from "zod";
import {
  anyList,
  count,
  duration,
  flag,
  later,
  matchingText,
  objectList,
  section,
  secretText,
  text,
  textList,
  textMap,
} from "./option-kinds.ts";

const pemForms = "PEM text, the same in base64, or the path of a file";

/** TLS of connections that this server opens. */
function clientTlsSection() {
  return section({
    enabled: flag("An https endpoint is asked by what stands here."),
    cert_pem: text("", `Certificate that this server shows, with its chain: ${pemForms}. Empty: none.`),
    key_pem: secretText(`Its private key: ${pemForms}.`),
    server_ca_pem: text(
      "",
      `Authorities that the endpoint's certificate may be of, in place of those of the system: ${pemForms}.`,
    ),
    client_ca_pem: text("", "Accepted; it says nothing of a connection that this server opens."),
    insecure_skip_verify: flag("Any certificate of the endpoint will do. For tests."),
    server_name: text(
      "",
      "Name that is asked for, and that the certificate must have. Empty: that of the URL.",
    ),
  });
}

/** TLS of what is not built yet. */
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

/** What a proxy's name may be; `default` is that of the section itself. */
export const defaultProxy = "default";

function proxyShape() {
  return {
    endpoint: secretText(
      "An http or https URL that is asked by POST. What is secret belongs into static_headers.",
    ),
    timeout: duration("1s", "Time for the whole answer; later, the client gets error 100."),
    http_headers: textList("Headers of the client's own request that are passed on."),
    grpc_metadata: later(textList()),
    emulated_headers: textList(
      "Headers of the client's connect command that are passed on: its own word alone.",
    ),
    binary_encoding: flag("Data goes and comes as b64data, and may be any bytes."),
    include_connection_meta: flag("The meta of the connection is passed on."),
    http: section({
      tls: clientTlsSection(),
      static_headers: textMap("Headers of each request, such as Authorization.", true),
      status_to_code_transforms: objectList(
        z.strictObject({
          status_code: count(0, "HTTP status of an answer.", 100, 599),
          to_error: section({
            code: count(0, "Error that the client gets, 400 to 1999.", 0, ownErrors.most),
            message: text("", "Its text."),
            temporary: flag("The client may try again."),
          }),
          to_disconnect: section({
            code: count(
              0,
              "Code that the client is disconnected with, 4000 to 4999.",
              0,
              ownDisconnects.most,
            ),
            reason: text("", "Its text."),
          }),
        }),
        "What a status other than 200 says to the client. Others are failures: error 100.",
      ),
    }),
    grpc: later(
      section({
        tls: section(tlsShape()),
        credentials_key: text(),
        credentials_value: secretText(),
        compression: flag(),
        static_metadata: textMap(),
      }),
    ),
  };
}

/** Codes that the application may choose (protocol notes, 3.1 and 3.3). */
export const ownErrors = { least: 400, most: 1_999 } as const;
export const ownDisconnects = { least: 4_000, most: 4_999 } as const;

export function clientProxies() {
  return section({
    connect: section({
      enabled: flag("A client without a token is let in on the application's word."),
      ...proxyShape(),
    }),
    refresh: section({
      enabled: flag("The application is asked when a connection runs out."),
      ...proxyShape(),
    }),
  });
}

export function channelProxies() {
  return section({
    subscribe: section(proxyShape()),
    publish: section(proxyShape()),
    sub_refresh: section(proxyShape()),
    subscribe_stream: later(section(proxyShape())),
    map_publish: later(section(proxyShape())),
    map_remove: later(section(proxyShape())),
    shared_poll_refresh: later(section(proxyShape())),
  });
}

const proxyName = /^[-a-zA-Z0-9_.]{2,}$/;

export function rpcSection() {
  return section({
    proxy: section(proxyShape()),
    without_namespace: section(rpcNamespace()),
    namespaces: objectList(
      z.strictObject({
        name: matchingText(proxyName, "What stands before the boundary in a method's name."),
        ...rpcNamespace(),
      }),
      "Methods by the first part of their name.",
    ),
    ping: section({
      enabled: flag("The server answers a method itself, with nothing."),
      method: text("ping", "The method."),
    }),
    namespace_boundary: text(":", "Ends the namespace in a method's name."),
  });
}

function rpcNamespace() {
  return {
    proxy_enabled: flag("The application answers the namespace's methods."),
    proxy_name: text(defaultProxy, "By this proxy. default: rpc.proxy."),
  };
}

export function namedProxies() {
  return objectList(
    z.strictObject({
      name: matchingText(proxyName, "What namespaces refer to it by."),
      ...proxyShape(),
    }),
    "Proxies that namespaces refer to by name.",
  );
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
