import type { Answer, Breakage } from "./breaking-proxy.ts";
import type { Wrong } from "./wrong.ts";

type Json = Readonly<Record<string, unknown>>;

function without(object: Json, name: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** Rewrites the frames of an event. */
function frames(event: string, rewrite: (message: Json, frame: string) => readonly unknown[]): Breakage {
  return {
    frame(frame) {
      if (!frame.startsWith(`{"event":"${event}`)) return [frame];
      const given = rewrite(JSON.parse(frame) as Json, frame);
      return given.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
    },
  };
}

/** Rewrites the JSON inside the string of `data`. */
function inside(event: string, rewrite: (data: Json) => unknown): Breakage {
  return frames(event, (message) => [
    { ...message, data: JSON.stringify(rewrite(JSON.parse(String(message["data"])) as Json)) },
  ]);
}

function answers(rewrite: (answer: Answer, path: string) => Partial<Answer>): Breakage {
  return { answer: (answer, { path }) => ({ ...answer, ...rewrite(answer, path) }) };
}

function hooks(rewrite: (event: Json) => readonly unknown[]): Breakage {
  return {
    hook(body) {
      const content = JSON.parse(body) as { readonly events: readonly Json[] };
      return JSON.stringify({ ...content, events: content.events.flatMap((event) => [...rewrite(event)]) });
    },
  };
}

const succeeded = "pusher_internal:subscription_succeeded";
const added = "pusher_internal:member_added";

/** Joins everything that is asked for, whatever the signature and the name. */
const openToAll: Breakage = {
  ask(frame, connection) {
    const { event, data } = JSON.parse(frame) as { readonly event: string; readonly data: Json };
    if (event !== "pusher:subscribe") return false;
    connection.tell(JSON.stringify({ event: succeeded, channel: data["channel"], data: "{}" }));
    return true;
  },
};

export const wrongs: readonly Wrong[] = [
  {
    what: "subscription_succeeded has no data",
    lines: ["public", "private-joined"],
    breakage: frames(succeeded, ({ event, channel }) => [{ event, channel }]),
  },
  {
    what: "data of pusher:error is a string",
    lines: ["error-object", "no-json"],
    breakage: frames("pusher:error", (message) => [{ ...message, data: JSON.stringify(message["data"]) }]),
  },
  {
    what: "refusals close with a code of their own, and say nothing before",
    lines: ["unknown-key", "sign-in-forged", "unsupported-version", "terminate"],
    breakage: { ...frames("pusher:error", () => []), code: (code) => (code >= 4000 ? 4999 : code) },
  },
  {
    what: "refusals close without pusher:error before",
    lines: ["unknown-key", "app-disabled", "tls-only", "sign-in-no-id"],
    breakage: frames("pusher:error", () => []),
  },
  {
    what: "data of events is an object",
    lines: ["data-object"],
    breakage: frames("e", (message) => [
      { ...message, data: JSON.parse(String(message["data"])) as unknown },
    ]),
  },
  {
    what: "data of events is read and written anew",
    lines: ["data-spaces", "data-list"],
    breakage: frames("e", (message) => [
      { ...message, data: JSON.stringify(JSON.parse(String(message["data"]))) },
    ]),
  },
  {
    what: "every socket id is the same",
    lines: ["socket-ids-differ", "private-joined"],
    breakage: inside("pusher:connection_established", (data) => ({ ...data, socket_id: "1.1" })),
  },
  {
    what: "activity_timeout is 0",
    lines: ["established"],
    breakage: inside("pusher:connection_established", (data) => ({ ...data, activity_timeout: 0 })),
  },
  {
    what: "something comes before connection_established",
    lines: ["established", "protocol-5", "query-of-java"],
    breakage: frames("pusher:connection_established", (_message, frame) => [
      '{"event":"pusher:ping"}',
      frame,
    ]),
  },
  {
    what: "the subprotocol is not selected",
    lines: ["subprotocol"],
    breakage: { subprotocol: "" },
  },
  {
    what: "pings whose data is a string, or that have none, are not answered",
    lines: ["ping-no-data", "ping-string"],
    breakage: { ask: (frame) => frame.includes("pusher:ping") && !frame.includes('"data":{}') },
  },
  {
    what: "the text of an object is no data",
    lines: ["subscribe-data-string"],
    breakage: { ask: (frame) => frame.includes('"data":"{') },
  },
  {
    what: "every signature opens a channel, and every name is one",
    lines: [
      "signature-secret",
      "signature-cut",
      "private-unsigned",
      "name-space",
      "no-channel-data",
      "foreign-user-channel",
      "channel-data-signed",
    ],
    breakage: openToAll,
  },
  {
    what: "a second subscribe is an error",
    lines: ["subscribe-twice", "presence-again"],
    breakage: {
      frame(frame, { notes }) {
        const { event, channel = "" } = JSON.parse(frame) as {
          readonly event: string;
          readonly channel?: string;
        };
        if (event !== succeeded) return [frame];
        if (notes.has(channel)) return ['{"event":"pusher:error","data":{"message":"again","code":4300}}'];
        notes.set(channel, "joined");
        return [frame];
      },
    },
  },
  {
    what: "who unsubscribes hears on",
    lines: ["unsubscribe", "client-event-outsider"],
    breakage: { ask: (frame) => frame.includes("pusher:unsubscribe") },
  },
  {
    what: "events come twice",
    lines: ["order", "subscribe-twice", "several-channels"],
    breakage: { frame: (frame) => (/^\{"event":"(n|once|many)"/.test(frame) ? [frame, frame] : [frame]) },
  },
  {
    what: "one event overtakes another",
    lines: ["order"],
    breakage: {
      frame(frame, { hold }) {
        if (/^\{"event":"n".*"data":"50"/.test(frame)) {
          hold.push(frame);
          return [];
        }
        return hold.length > 0 ? [frame, ...hold.splice(0)] : [frame];
      },
    },
  },
  {
    what: "one event is lost",
    lines: ["order"],
    breakage: { frame: (frame) => (/^\{"event":"n".*"data":"50"/.test(frame) ? [] : [frame]) },
  },
  {
    what: "ids of members stay numbers",
    lines: ["numeric-id"],
    breakage: inside(added, (data) => ({ ...data, user_id: Number(data["user_id"]) })),
  },
  {
    what: "a member's own list is without itself",
    lines: ["presence-list", "no-user-info", "presence-again", "no-gap"],
    breakage: inside(succeeded, (data) => {
      const { ids = [], ...rest } = (data["presence"] ?? {}) as { readonly ids?: readonly string[] };
      return { presence: { ...rest, ids: ids.slice(0, -1) } };
    }),
  },
  {
    what: "member_added comes for each connection",
    lines: ["same-user", "member-added", "no-gap"],
    breakage: frames(added, (_message, frame) => [frame, frame]),
  },
  {
    what: "member_removed does not come",
    lines: ["member-removed", "same-user"],
    breakage: frames("pusher_internal:member_removed", () => []),
  },
  {
    what: "user_info is lost",
    lines: ["user-info-object", "user-info-number", "member-added"],
    breakage: inside(added, ({ user_id }) => ({ user_id })),
  },
  {
    what: "cache_miss does not come",
    lines: ["cache-miss", "private-encrypted-cache-miss", "client-event-not-cached"],
    breakage: frames("pusher:cache_miss", () => []),
  },
  {
    what: "the cached event comes before subscription_succeeded",
    lines: ["cache-hit", "presence-cache-hit"],
    breakage: {
      frame(frame, { hold }) {
        if (frame.startsWith(`{"event":"${succeeded}`) && frame.includes("cache-")) {
          hold.push(frame);
          return [];
        }
        return hold.length > 0 ? [frame, ...hold.splice(0)] : [frame];
      },
    },
  },
  {
    what: "counts are objects, and not strings",
    lines: ["count", "count-private"],
    breakage: frames("pusher_internal:subscription_count", (message) => [
      { ...message, data: JSON.parse(String(message["data"])) as unknown },
    ]),
  },
  {
    what: "user_data of signin_success is an object",
    lines: ["sign-in"],
    breakage: frames("pusher:signin_success", (message) => [
      {
        ...message,
        data: { user_data: JSON.parse((message["data"] as { user_data: string }).user_data) as unknown },
      },
    ]),
  },
  {
    what: "watchlist events are bare events of their own names",
    lines: ["watchlist-first", "watchlist-changes"],
    breakage: frames("pusher_internal:watchlist_events", ({ data }) =>
      (data as { readonly events: readonly Json[] }).events.map(({ name, user_ids }) => ({
        event: name,
        data: { user_ids },
      })),
    ),
  },
  {
    what: "a watchlist that is too long is an error of another code",
    lines: ["watchlist-101"],
    breakage: { frame: (frame) => [frame.replace('"code":4302', '"code":4300')] },
  },
  {
    what: "a client event comes back to its sender",
    lines: ["client-event-private"],
    breakage: {
      ask(frame, connection) {
        if (frame.includes('"client-')) connection.tell(frame);
        return false;
      },
    },
  },
  {
    what: "a client event does not name its sender",
    lines: ["client-event-presence"],
    breakage: frames("client-", (message) => [without(message, "user_id")]),
  },
  {
    what: "a client event names whomever its sender likes",
    lines: ["client-event-no-forged-user", "client-event-presence"],
    breakage: frames("client-", (message) => [{ ...message, user_id: "forged" }]),
  },
  {
    what: "client events are read and written anew",
    lines: ["client-data-number"],
    breakage: frames("client-", (message) => [message]),
  },
  {
    what: "the limit of client events is another error",
    lines: ["client-event-rate"],
    breakage: { frame: (frame) => [frame.replace('"code":4301', '"code":4009')] },
  },
  {
    what: "what is wrong with an event is not said",
    lines: ["event-no-name", "event-channels-101", "batch-11", "channel-user-count-open"],
    breakage: answers(({ status, body }) => ({ body: status === 400 ? "" : body })),
  },
  {
    what: "every refusal is 422",
    lines: ["event-no-json", "event-too-big", "unknown-route", "request-secret", "api-app-disabled"],
    breakage: answers(({ status }) => ({ status: status >= 400 ? 422 : status })),
  },
  {
    what: "every request is taken",
    lines: [
      "request-secret",
      "request-old",
      "request-body",
      "request-other-app",
      "event-reserved",
      "wrong-method",
    ],
    breakage: answers(() => ({ status: 200, body: "{}" })),
  },
  {
    what: "the answer is no JSON",
    lines: ["event-answer"],
    breakage: answers(({ status, body }) => (status === 200 ? { body: "ok" } : { body })),
  },
  {
    what: "a batch with info is answered with an object",
    lines: ["batch-info"],
    breakage: answers((answer, path) => (path.endsWith("batch_events") ? { body: '{"batch":{}}' } : answer)),
  },
  {
    what: "a channel is listed whatever the filter",
    lines: ["filter-by-prefix"],
    breakage: answers(({ body }, path) => {
      if (!path.endsWith("/channels")) return {};
      const { channels } = JSON.parse(body) as { readonly channels: Json };
      return { body: JSON.stringify({ channels: { ...channels, "always-there": {} } }) };
    }),
  },
  {
    what: "every channel is occupied, and its counts are left out",
    lines: ["channel", "channel-user-count"],
    breakage: answers(({ status }, path) =>
      /\/channels\/[^/]+$/.test(path) && status === 200 ? { body: '{"occupied":true}' } : {},
    ),
  },
  {
    what: "users are listed by connection",
    lines: ["users"],
    breakage: answers(({ body }, path) => {
      if (!path.endsWith("/users")) return {};
      const { users = [] } = JSON.parse(body) as { readonly users?: readonly unknown[] };
      return { body: JSON.stringify({ users: [...users, ...users] }) };
    }),
  },
  {
    what: "the cached event is shown whole, and not its data",
    lines: ["cache-attribute"],
    breakage: answers(({ body }) => ({
      body: body.replace(/"data":("(?:[^"\\]|\\.)*")/, '"data":{"event":"e","data":$1}'),
    })),
  },
  {
    what: "a webhook's body is not the one that was signed",
    lines: ["webhook-signed"],
    breakage: { hook: (body) => `${body} ` },
  },
  {
    what: "webhooks do not name the app's key",
    lines: ["webhook-signed"],
    breakage: {
      hook(body, headers) {
        headers.delete("x-pusher-key");
        return body;
      },
    },
  },
  {
    what: "each event of a webhook stands there twice",
    lines: ["webhook-occupied", "webhook-members", "webhook-cache-miss"],
    breakage: hooks((event) => [event, event]),
  },
  {
    what: "client_event is without socket_id",
    lines: ["webhook-client-event"],
    breakage: hooks((event) => [without(event, "socket_id")]),
  },
  {
    what: "channel_vacated comes at once, and channel_occupied again",
    lines: ["webhook-back-in-time"],
    breakage: hooks((event) =>
      event["name"] === "channel_occupied" ? [event, { ...event, name: "channel_vacated" }] : [event],
    ),
  },
  {
    what: "webhooks that failed are not sent again",
    lines: ["webhook-retry"],
    breakage: { hookAnswer: 200 },
  },
];
