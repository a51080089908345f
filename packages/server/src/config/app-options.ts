import { z } from "zod";
import { clientSection, httpApiSection } from "./client-options.ts";
import {
  count,
  duration,
  flag,
  objectList,
  requiredText,
  section,
  textList,
  textMap,
} from "./option-kinds.ts";
import { webhookList } from "./webhook-options.ts";

export function appsList() {
  return objectList(
    z.strictObject({
      id: requiredText("Id in the paths of the Pusher HTTP API. The Python SDK takes digits only."),
      key: requiredText("Key that clients connect with; public."),
      secret: requiredText("Secret that signs authorisations, API calls and webhooks.", true),
      previous: objectList(
        z.strictObject({
          key: requiredText("Key that is still accepted."),
          secret: requiredText("Its secret.", true),
        }),
        "Pairs that are still accepted while keys are rotated, the newest first.",
      ),
      enabled: flag("The app takes connections and API calls.", true),
      tls_only: flag("Connections without TLS are refused."),
      allowed_origins: textList("Origins of browsers on the Pusher wire; * is a wild card. Empty: any."),
      public_channels: flag("Pusher clients may join open channels that have no namespace.", true),
      client_events: flag("Pusher clients may send client-* events on private and presence channels.", true),
      subscription_count: flag("Subscribers are told how many they are, but on encrypted channels.", true),
      authorized_within: duration("0s", "Time a connection has to join a closed channel or sign in. 0: any."),
      activity_timeout: duration(
        "120s",
        "Silence after which a Pusher client asks whether the server is there.",
      ),
      namespaces: textMap("Prefix of a Pusher channel name → namespace; the longest prefix wins."),
      client: clientSection(),
      http_api: httpApiSection(),
      webhooks: webhookList(),
      limits: section({
        connections: count(0, "Connections of the app; above: 4004. 0: no limit."),
        channels_per_connection: count(1000, "Channels of one Pusher connection. 0: no limit."),
        client_events_per_second: count(10, "Client events of one connection; above: 4301. 0: no limit."),
        event_bytes: count(
          10_240,
          "Bytes of an event's data; above: 413, of a client 4301 or 107. 0: no limit.",
        ),
        channels_per_event: count(100, "Channels of one event of the HTTP API; above: 400. 0: no limit."),
        events_per_batch: count(10, "Events of one batch of the HTTP API; above: 400. 0: no limit."),
        presence_members: count(100, "Users in a presence channel. 0: no limit."),
        tag_filters: count(
          64,
          "Distinct tag filters of a channel's subscribers, on one node; above: 107. 0: no limit.",
        ),
        presence_rejoins_per_second: count(
          10,
          "Presence channels that a Pusher connection may leave in one second and still join others at once; then its joins wait for the next second. 0: no limit.",
        ),
        watchlist: count(100, "Users that a signed-in connection watches; above: 4302. 0: no limit."),
      }),
    }),
    "Pusher apps. None: the Pusher wire is off.",
  );
}
