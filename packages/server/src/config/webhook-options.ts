import { z } from "zod";
import { choiceList, count, duration, httpUrl, objectList, section, text, textMap } from "./option-kinds.ts";

const events = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
] as const;

/** Their ids are in one header, of which nginx and others take 8 kB. */
export const mostBatchEvents = 300;

/** `apps[].webhooks` */
export function webhookList() {
  return objectList(
    z.strictObject({
      url: httpUrl("Where it is told, by POST. What needs to be secret belongs into headers."),
      events: choiceList(events, "What is told."),
      headers: textMap("Headers of each request, such as Authorization.", true),
      filter: section({
        channel_prefix: text("", "What a channel's name begins with to be told of. Empty: any."),
        channel_suffix: text("", "What a channel's name ends with to be told of. Empty: any."),
      }),
    }),
    "Calls to the application when something happens in a channel, signed by the oldest pair that is accepted: the last of previous.",
  );
}

/** `webhooks`: how those of all apps are delivered. */
export function webhooksSection() {
  return section({
    hold_delay: duration(
      "3s",
      "Time for which channel_vacated and member_removed are held back; who is there again within it was never gone. 0: none.",
    ),
    batch_delay: duration("50ms", "Time for which an event waits for others to go in the same request."),
    batch_events: count(100, "Events of one request.", 1, mostBatchEvents),
    timeout: duration("4s", "Time in which an endpoint has to answer with 2xx; later, the try has failed."),
    retry_timeout: duration(
      "5m",
      "Time in which what failed is tried again, after 0.5 to 1 second first and up to a minute at last; then it is lost, counted and logged.",
    ),
    queue_bytes: count(
      16 * 1024 * 1024,
      "Bytes of events that wait for one endpoint; above, the oldest are lost, counted and logged.",
      64 * 1024,
    ),
    spool: text(
      "",
      "File that keeps what is not delivered yet over the end of the process, of this process alone. Empty: none; what is not delivered within shutdown.timeout is lost.",
    ),
  });
}
