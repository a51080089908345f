import { anyList, count, duration, flag, later, route, section, text } from "./option-kinds.ts";
import { tlsShape } from "./proxy-options.ts";

export function websocketSection() {
  return section({
    disabled: flag("No Centrifugo WebSocket route."),
    handler_prefix: route("/connection/websocket", "Path of the Centrifugo WebSocket route."),
    compression: flag(
      "Clients of both wires that offer it (permessage-deflate) get messages compressed, and may compress theirs.",
    ),
    compression_min_size: count(0, "Length of a message from which it goes out compressed."),
    compression_level: count(1, "Accepted; the runtime compresses at a level of its own."),
    read_buffer_size: count(0, "Accepted; the runtime has buffers of its own."),
    use_write_buffer_pool: flag("Accepted; the runtime has buffers of its own."),
    write_buffer_size: count(0, "Accepted; the runtime has buffers of its own."),
    write_timeout: duration("1000ms", "Accepted; a slow reader is closed by client.queue_max_size."),
    message_size_limit: count(
      65_536,
      "Bytes of a message from a client, once it is decompressed; above: closed with 1009.",
      1,
    ),
    decompressed_message_size_limit: later(
      count(
        0,
        "The runtime has one limit, message_size_limit, and does not say which messages came compressed.",
      ),
    ),
  });
}

function emulatedTransport(path: string) {
  return later(
    section({ enabled: flag(), handler_prefix: route(path), max_request_body_size: count(65_536) }),
  );
}

export function sseSection() {
  return emulatedTransport("/connection/sse");
}

export function httpStreamSection() {
  return emulatedTransport("/connection/http_stream");
}

export function emulationSection() {
  return later(section({ handler_prefix: route("/emulation"), max_request_body_size: count(65_536) }));
}

export function webtransportSection() {
  return later(
    section({
      enabled: flag(),
      handler_prefix: route("/connection/webtransport"),
      message_size_limit: count(65_536),
    }),
  );
}

export function uniWebsocketSection() {
  return later(
    section({
      enabled: flag(),
      handler_prefix: route("/connection/uni_websocket"),
      compression: flag(),
      compression_min_size: count(0),
      compression_level: count(1),
      read_buffer_size: count(0),
      use_write_buffer_pool: flag(),
      write_buffer_size: count(0),
      write_timeout: duration("1000ms"),
      message_size_limit: count(65_536),
      decompressed_message_size_limit: count(0),
      disable_closing_handshake: flag(),
      disable_disconnect_push: flag(),
      join_push_messages: flag(),
    }),
  );
}

function uniHttpTransport(path: string) {
  return later(
    section({
      enabled: flag(),
      handler_prefix: route(path),
      max_request_body_size: count(65_536),
      connect_code_to_http_response: section({ enabled: flag(), transforms: anyList() }),
    }),
  );
}

export function uniSseSection() {
  return uniHttpTransport("/connection/uni_sse");
}

export function uniHttpStreamSection() {
  return uniHttpTransport("/connection/uni_http_stream");
}

export function uniGrpcSection() {
  return later(
    section({
      enabled: flag(),
      address: text(),
      port: count(11_000),
      max_receive_message_size: count(0),
      tls: section(tlsShape()),
    }),
  );
}

export function connInitSection() {
  return later(section({ enabled: flag(), handler_prefix: route("/connection/init") }));
}
