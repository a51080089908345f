import { z } from "zod";
import {
  choice,
  count,
  duration,
  flag,
  later,
  matchingText,
  objectList,
  section,
  someOf,
  text,
} from "./option-kinds.ts";
import { channelProxies, defaultProxy } from "./proxy-options.ts";

const dataFormats = ["", "json", "json_object", "binary"] as const;

function mapSection() {
  return section({
    mode: text(),
    key_ttl: duration("0s"),
    ordered: flag(),
    stream_size: count(0),
    stream_ttl: duration("0s"),
    meta_ttl: duration("0s"),
    remove_client_on_unsubscribe: flag(),
    client_key: text(),
    allow_publish_for_client: flag(),
    allow_publish_for_subscriber: flag(),
    allow_publish_for_anonymous: flag(),
    allow_remove_for_client: flag(),
    allow_remove_for_subscriber: flag(),
    allow_remove_for_anonymous: flag(),
    publish_proxy_enabled: flag(),
    publish_proxy_name: text("default"),
    remove_proxy_enabled: flag(),
    remove_proxy_name: text("default"),
    default_page_size: count(0),
    min_page_size: count(0),
    max_page_size: count(0),
    live_transition_max_publication_limit: count(0),
    subscribe_catch_up_timeout: duration("0s"),
  });
}

function sharedPollOptions() {
  return section({
    proxy_name: text(),
    refresh_interval: duration("0s"),
    refresh_batch_size: count(0),
    max_keys_per_connection: count(0),
    mode: text(),
    channel_shutdown_delay: duration("0s"),
    track_expired_extra_delay: duration("0s"),
    publish_enabled: flag(),
  });
}

function namespaceShape() {
  return {
    presence: flag("Who is in the channel is kept."),
    join_leave: flag("Joins and leaves are told to those who ask."),
    force_push_join_leave: flag("Joins and leaves are told to all."),
    map_clients_presence_channel_prefix: later(text()),
    map_users_presence_channel_prefix: later(text()),
    history_size: count(0, "Publications kept; goes with history_ttl. 0: none."),
    history_ttl: duration("0s", "How long publications are kept; goes with history_size."),
    history_meta_ttl: duration("0s", "How long a channel's position is kept. 0: channel.history_meta_ttl."),
    force_positioning: flag("Every subscriber has a position."),
    allow_positioning: flag("A subscriber may ask for a position."),
    force_recovery: flag("Every subscriber recovers what it missed; needs history."),
    allow_recovery: flag("A subscriber may ask to recover what it missed."),
    force_recovery_mode: choice(
      ["", "stream", "cache"],
      "",
      "Recover all that was missed, or the newest alone.",
    ),
    // Written both ways in Centrifugo's own documents.
    auto_cache_recover: flag(
      "Subscribers get the newest publication without asking; needs force_recovery and force_recovery_mode cache.",
    ),
    auto_cache_recovery: flag("The same as auto_cache_recover."),
    allowed_delta_types: someOf(["fossil"], "Deltas that subscribers may ask for."),
    allow_tags_filter: flag("A subscriber may take only publications with certain tags."),
    delta_publish: flag("Every publication may be told as a delta, without a flag of its own."),
    allow_subscribe_for_client: flag("A client with a user may subscribe without a token."),
    allow_subscribe_for_anonymous: flag(
      "So may a client without a user, together with the option for clients.",
    ),
    allow_publish_for_client: flag("A client with a user may publish."),
    allow_publish_for_subscriber: flag("A subscriber with a user may publish."),
    allow_publish_for_anonymous: flag("So may a client without a user, together with one of the two."),
    allow_presence_for_client: flag("A client with a user may read presence."),
    allow_presence_for_subscriber: flag("A subscriber with a user may read presence."),
    allow_presence_for_anonymous: flag("So may a client without a user, together with one of the two."),
    allow_history_for_client: flag("A client with a user may read history."),
    allow_history_for_subscriber: flag("A subscriber with a user may read history."),
    allow_history_for_anonymous: flag("So may a client without a user, together with one of the two."),
    allow_user_limited_channels: flag("name#user,user is open to these users alone."),
    channel_regex: text("", "What the name behind the namespace must match. Empty: ASCII."),
    publication_data_format: choice(
      dataFormats,
      "",
      "What publications must be. Empty: anything but nothing.",
    ),
    subscribe_proxy_enabled: flag(
      "A Centrifugo client without a token subscribes on the application's word.",
    ),
    subscribe_proxy_name: text(defaultProxy, "By this proxy. default: channel.proxy.subscribe."),
    publish_proxy_enabled: flag("The application is asked before a client publishes."),
    publish_proxy_name: text(defaultProxy, "By this proxy. default: channel.proxy.publish."),
    sub_refresh_proxy_enabled: flag("The application is asked when a subscription runs out."),
    sub_refresh_proxy_name: text(defaultProxy, "By this proxy. default: channel.proxy.sub_refresh."),
    subscribe_stream_proxy_enabled: later(flag()),
    subscribe_stream_proxy_name: later(text("default")),
    subscribe_stream_proxy_bidirectional: later(flag()),
    subscription_type: later(choice(["", "stream", "map", "map_clients", "map_users", "shared_poll"], ""), [
      "stream",
    ]),
    map: later(mapSection()),
    shared_poll: later(sharedPollOptions()),
    pusher_recovery: duration(
      "0s",
      "Pusher clients that were cut off and rejoin within this time get what they missed; needs history as long. 0: off.",
    ),
  };
}

export function channelSection() {
  return section({
    proxy: channelProxies(),
    without_namespace: section(namespaceShape()),
    namespaces: objectList(
      z.strictObject({
        name: matchingText(/^[-a-zA-Z0-9_.]{2,}$/, "What stands before the boundary in a channel name."),
        ...namespaceShape(),
      }),
      "Channels by the first part of their name. Nothing is inherited from without_namespace.",
    ),
    history_meta_ttl: duration(
      "720h",
      "How long a channel's position is kept, where its namespace does not say.",
    ),
    publication_data_format: choice(
      dataFormats,
      "",
      "What publications must be, where the namespace does not say.",
    ),
    max_length: count(255, "Characters of a channel name; above: error 107.", 1),
    private_prefix: text("$", "A channel with this prefix always needs a subscription token."),
    namespace_boundary: text(":", "Ends the namespace in a channel name."),
    user_boundary: text("#", "Begins the users in a channel name."),
    user_separator: text(",", "Stands between the users in a channel name."),
  });
}
