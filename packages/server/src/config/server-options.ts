import {
  choice,
  count,
  duration,
  flag,
  later,
  portText,
  route,
  section,
  secretText,
  text,
  textList,
} from "./option-kinds.ts";
import { tlsShape } from "./proxy-options.ts";

export function httpServerSection() {
  return section({
    address: text("", "Address to listen on. Empty: all."),
    port: count(8000, "Port to listen on. 0: any free one.", 0, 65_535),
    internal_address: text("", "Address of internal_port. Empty: that of address."),
    internal_port: portText(
      "Port of the server API, the metrics and the health check, which port then is without. Empty or port: there is none apart.",
    ),
    tls: listenerTlsSection({
      enabled: "The port speaks TLS; internal_port too, unless internal_tls or tls_external say otherwise.",
      cert: "Certificate chain: PEM text, the same in base64, or the path of a file.",
      key: "Its private key: PEM text, the same in base64, or the path of a file.",
      clientCa:
        "Authorities of clients' certificates, in the same forms: whoever has no certificate of them does not get in. Empty: nobody needs one.",
    }),
    tls_autocert: later(
      section({
        enabled: flag("Certificates are read from files; what fetches them stands beside or in front."),
        host_whitelist: textList(),
        cache_dir: text(),
        email: text(),
        server_name: text(),
        http: flag(),
        http_addr: text(":80"),
      }),
    ),
    tls_external: flag("tls is for port alone: internal_port speaks no TLS, but by internal_tls."),
    internal_tls: listenerTlsSection({
      enabled: "internal_port speaks TLS by what stands here.",
      cert: "As in tls.",
      key: "As in tls.",
      clientCa: "As in tls.",
    }),
    http3: later(section({ enabled: flag("Not built: HTTP/3 is experimental in the runtime.") })),
    h2c_external: later(
      flag("Not built: HTTP/2 is experimental in the runtime; what speaks it stands in front."),
    ),
  });
}

function listenerTlsSection(told: Readonly<Record<"enabled" | "cert" | "key" | "clientCa", string>>) {
  const clients = "Accepted; it is for connections that a server opens.";
  return section({
    enabled: flag(told.enabled),
    cert_pem: text("", told.cert),
    key_pem: secretText(told.key),
    server_ca_pem: text("", clients),
    client_ca_pem: text("", told.clientCa),
    insecure_skip_verify: flag(clients),
    server_name: text("", clients),
  });
}

export function logSection() {
  return section({
    level: choice(
      ["none", "trace", "debug", "info", "warn", "error", "fatal"],
      "info",
      "The least weighty line that is logged.",
    ),
    file: text("", "File that lines are added to. Empty: standard error."),
  });
}

export function grpcApiSection() {
  return later(
    section({
      enabled: flag(),
      error_mode: text(),
      address: text(),
      port: count(10_000),
      key: secretText(),
      tls: section(tlsShape()),
      reflection: flag(),
      max_receive_message_size: count(0),
    }),
  );
}

export function adminSection() {
  return later(
    section({
      enabled: flag(),
      handler_prefix: text(),
      password: secretText(),
      secret: secretText(),
      insecure: flag(),
      web_path: text(),
      web_proxy_address: text(),
      external: flag(),
    }),
  );
}

export function prometheusSection() {
  return section({
    enabled: flag("Metrics for Prometheus."),
    handler_prefix: route("/metrics", "Path of the metrics."),
    instrument_http_handlers: flag(
      "HTTP requests are counted by route, method and status: centrifugo_node_incoming_http_requests_total.",
    ),
    recovered_publications_histogram: flag(
      "How many publications recoveries bring, of both wires: centrifugo_client_recovered_publications.",
    ),
    native_histograms: later(flag("They need the protobuf form of the metrics; here they are text.")),
  });
}

export function healthSection() {
  return section({
    enabled: flag("Accepted; the health check is always on."),
    handler_prefix: route("/health", "Path of the health check."),
  });
}

export function shutdownSection() {
  return section({
    timeout: duration("30s", "Time over which clients are moved elsewhere when the server stops."),
  });
}

export function nodeSection() {
  return section({
    name: text("", "Name of this process. Empty: made of host name and port."),
    info_metrics_aggregate_interval: duration(
      "60s",
      "Accepted; info of the server API has no aggregated metrics: they are at prometheus and graphite.",
    ),
  });
}

export function usageStatsSection() {
  return section({ disabled: flag("Accepted; this server never reports to anybody.") });
}

export function openTelemetrySection() {
  return later(section({ enabled: flag(), api: flag(), consuming: flag(), google_cloud_adc_auth: flag() }));
}

export function graphiteSection() {
  return section({
    enabled: flag("The numbers of prometheus are told to Graphite, by its plain text protocol."),
    host: text("localhost", "Where Graphite is."),
    port: count(2003, "Its port.", 1, 65_535),
    prefix: text("centrifugo", "What names begin with; the name of the node comes next."),
    interval: duration("10s", "Time from one push to the next. One that fails is not made up for."),
    tags: flag("Labels are told as tags, not as parts of the name."),
  });
}

export function swaggerSection() {
  return later(
    section({
      enabled: flag("There is no description of the server API yet."),
      handler_prefix: route("/swagger"),
    }),
  );
}

export function debugSection() {
  return later(
    section({
      enabled: flag("Profiles of Go; this runtime has none of them."),
      handler_prefix: route("/debug/pprof"),
    }),
  );
}

export function devSection() {
  return later(
    section({ enabled: flag("twinwire dev has a page of its own."), handler_prefix: route("/dev") }),
  );
}
