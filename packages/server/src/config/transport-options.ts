import { z } from "zod";
import {
  count,
  duration,
  flag,
  later,
  objectList,
  requiredCount,
  route,
  section,
  text,
} from "./option-kinds.ts";
import { tlsShape } from "./proxy-options.ts";

export function queuesSection() {
  return section({
    max_size: count(
      512 * 1024 * 1024,
      "Bytes that all clients together may leave unread; above, those who leave the most are closed as slow. What they had not read is kept for up to 30 seconds more. 0: no limit.",
    ),
  });
}

/** What the runtime decides by itself, for every WebSocket. */
const ofRuntime = () => ({
  compression_level: count(1, "Accepted; the runtime compresses at a level of its own."),
  read_buffer_size: count(0, "Accepted; the runtime has buffers of its own."),
  use_write_buffer_pool: flag("Accepted; the runtime has buffers of its own."),
  write_buffer_size: count(0, "Accepted; the runtime has buffers of its own."),
  write_timeout: duration("1000ms", "Accepted; a slow reader is closed by client.queue_max_size."),
  decompressed_message_size_limit: later(
    count(
      0,
      "The runtime has one limit, message_size_limit, and does not say which messages came compressed.",
    ),
  ),
});

export function websocketSection() {
  return section({
    disabled: flag("No Centrifugo WebSocket route."),
    handler_prefix: route("/connection/websocket", "Path of the Centrifugo WebSocket route."),
    compression: flag(
      "Clients of both wires that offer it (permessage-deflate) get messages compressed, and may compress theirs.",
    ),
    compression_min_size: count(0, "Length of a message from which it goes out compressed."),
    message_size_limit: count(
      65_536,
      "Bytes of a message from a client, once it is decompressed; above: closed with 1009.",
      1,
    ),
    ...ofRuntime(),
  });
}

const bodyLimit = (): ReturnType<typeof count> =>
  count(65_536, "Bytes of one request's body; above: HTTP 413.", 1);

function emulatedTransport(path: string, what: string) {
  return section({
    enabled: flag(`Clients may connect by ${what}.`),
    handler_prefix: route(path, "Path of its route."),
    max_request_body_size: bodyLimit(),
  });
}

export function sseSection() {
  return emulatedTransport("/connection/sse", "server-sent events and emulation");
}

export function httpStreamSection() {
  return emulatedTransport("/connection/http_stream", "a streamed response and emulation");
}

export function emulationSection() {
  return section({
    handler_prefix: route(
      "/emulation",
      "Path for what clients of sse and http_stream say; there with either of them.",
    ),
    max_request_body_size: bodyLimit(),
  });
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
  return section({
    enabled: flag("Clients that only listen may connect by WebSocket."),
    handler_prefix: route("/connection/uni_websocket", "Path of its route."),
    compression: later(
      flag("The runtime compresses on all WebSockets or on none: websocket.compression is for these too."),
    ),
    compression_min_size: later(count(0, "As compression: websocket.compression_min_size.")),
    message_size_limit: count(65_536, "Bytes of the connect request; above: closed with 1009.", 1),
    ...ofRuntime(),
    disable_closing_handshake: later(flag("The runtime always ends with a close frame.")),
    disable_disconnect_push: flag("A connection ends with its close frame alone, without a push before."),
    join_push_messages: flag("Accepted; every push is a message of its own."),
  });
}

function uniHttpTransport(path: string, what: string) {
  return section({
    enabled: flag(`Clients that only listen may connect by ${what}.`),
    handler_prefix: route(path, "Path of its route."),
    max_request_body_size: bodyLimit(),
    connect_code_to_http_response: section({
      enabled: flag("The transforms are used."),
      transforms: objectList(
        z.strictObject({
          code: requiredCount("Error or disconnect code of a connect request.", 1, 9_999),
          to: z.strictObject({
            status_code: requiredCount("HTTP status that tells it.", 200, 599),
            body: text("", "Body of the response."),
          }),
        }),
        "HTTP responses to refused connect requests; without one, the stream's only push is the disconnect.",
      ),
    }),
  });
}

export function uniSseSection() {
  return uniHttpTransport("/connection/uni_sse", "server-sent events");
}

export function uniHttpStreamSection() {
  return uniHttpTransport("/connection/uni_http_stream", "a streamed response");
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
  return section({
    enabled: flag("Browsers may open their HTTP connection before they need it: a GET is answered with {}."),
    handler_prefix: route("/connection/init", "Path of its route."),
  });
}
