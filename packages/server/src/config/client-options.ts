import { z } from "zod";
import {
  choice,
  count,
  duration,
  durationOrOff,
  flag,
  later,
  objectList,
  optionalMatchingText,
  requiredCount,
  route,
  section,
  secretText,
  text,
  textList,
} from "./option-kinds.ts";
import { clientProxies } from "./proxy-options.ts";

function tokenShape() {
  return {
    hmac_secret_key: secretText("Key of HS256, HS384 and HS512 tokens. Empty: no such token is accepted."),
    hmac_previous_secret_key: secretText("Also accepted, while keys are rotated."),
    hmac_previous_secret_key_valid_until: count(0, "Unix seconds until which the previous key is accepted."),
    rsa_public_key: text(
      "",
      "Key of RS256, RS384 and RS512 tokens, as PEM. Empty: no such token is accepted.",
    ),
    ecdsa_public_key: text(
      "",
      "Key of ES256, ES384 or ES512 tokens, as PEM. Empty: no such token is accepted.",
    ),
    jwks_public_endpoint: text(
      "",
      "URL of a JSON Web Key Set. When given, only its keys are good; {{name}} is a named group of issuer_regex or audience_regex.",
    ),
    audience: text("", "When given, the aud claim must have it."),
    audience_regex: text("", "When given, the aud claim must have one that matches."),
    issuer: text("", "When given, the iss claim must be it."),
    issuer_regex: text("", "When given, the iss claim must match."),
    user_id_claim: optionalMatchingText(/^[a-zA-Z_]+$/, "Claim with the user's id. Empty: sub."),
    insecure_skip_jwks_endpoint_safety_check: flag(
      "Groups of a pattern go into jwks_public_endpoint whatever they take. Whoever writes a token then has a say in where keys come from.",
    ),
  };
}

/** The top level's `client`, and that of every app but the first. */
export function clientSection() {
  return section({
    proxy: clientProxies(),
    allowed_origins: textList("Origins of browsers on Centrifugo's routes; * is a wild card. Empty: none."),
    token: section(tokenShape()),
    subscription_token: section({
      enabled: flag("Subscription tokens have keys of their own."),
      ...tokenShape(),
    }),
    allow_anonymous_connect_without_token: flag("A client without a token connects as nobody."),
    disallow_anonymous_connection_tokens: flag("A connection token must name a user."),
    ping_interval: durationOrOff("25s", "Time between pings from the server. -1: none."),
    pong_timeout: durationOrOff(
      "8s",
      "Time a client has to answer a ping; below ping_interval. -1: no check.",
    ),
    expired_close_delay: duration("25s", "Time an expired connection has to refresh its token."),
    expired_sub_close_delay: duration("25s", "Time an expired subscription has to refresh its token."),
    stale_close_delay: duration("10s", "Time a new connection has to send its connect command."),
    channel_limit: count(128, "Channels of one Centrifugo client; above: error 106."),
    queue_max_size: count(1_048_576, "Bytes a client may leave unread before it is closed as slow (3008)."),
    presence_update_interval: duration("27s", "Time between refreshes of a client's presence."),
    // One after the other is what there is.
    concurrency: later(count(0), [1]),
    channel_position_check_delay: duration("40s", "Time between checks of a positioned channel."),
    channel_position_max_time_lag: later(duration("0s")),
    connection_limit: count(
      0,
      "Connections of this process, of both wires; above: HTTP 503, on the Pusher wire 4100. 0: no limit.",
    ),
    user_connection_limit: count(0, "Connections of one user; above: 3504. 0: no limit."),
    connection_rate_limit: count(
      0,
      "New connections a second of this process, of both wires; above: HTTP 503, on the Pusher wire 4100. 0: no limit.",
    ),
    connect_include_server_time: flag("The connect reply has the server's time."),
    history_max_publication_limit: count(300, "Publications of one history reply. 0: no limit."),
    recovery_max_publication_limit: count(
      300,
      "Publications recovered at once; above: not recovered. 0: no limit.",
    ),
    insecure_skip_token_signature_verify: flag(
      "Tokens are read without checking who signed them. For tests.",
    ),
    user_id_http_header: text(
      "",
      "Header of the WebSocket handshake with the user's id, for clients without a token. Only behind a proxy that sets it, or takes it out. Empty: none.",
    ),
    insecure: flag("Everybody may connect, subscribe and publish. For tests."),
    subscribe_to_user_personal_channel: section({
      enabled: flag("A user's connection is subscribed to #USER by the server."),
      personal_channel_namespace: text("", "Namespace of personal channels. Empty: none."),
      single_connection: flag(
        "A user's new connection ends the others (3504). The namespace of personal channels needs presence.",
      ),
    }),
    connect_code_to_unidirectional_disconnect: section({
      enabled: flag("The transforms are used."),
      transforms: objectList(
        z.strictObject({
          code: requiredCount("Error code of a connect request.", 1, 9_999),
          to: z.strictObject({
            code: requiredCount(
              "Disconnect code that tells it; from 3500 and 4500 on clients stay away.",
              3_000,
              4_999,
            ),
            reason: text("", "Its reason."),
          }),
        }),
        "How clients of unidirectional transports are told that their connect request is refused; else 3005 for 109 and 110, 3013 for 111, 3507 for 103, and 3004.",
      ),
    }),
  });
}

/** The top level's `http_api`, and that of every app but the first. */
export function httpApiSection() {
  return section({
    disabled: flag("No server API."),
    handler_prefix: route("/api", "Path of the server API."),
    key: secretText("Key of the server API. Empty: every call is refused, unless insecure."),
    error_mode: choice(
      ["", "transport"],
      "",
      'How errors are answered: "" in a 200 body, "transport" by HTTP status.',
    ),
    external: flag("The server API is on http_server.port too, where there is an internal_port."),
    insecure: flag("The server API asks for no key. For tests and closed networks."),
  });
}
