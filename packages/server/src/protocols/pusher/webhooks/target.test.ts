import { expect, test } from "bun:test";
import PusherServer from "pusher";
import { Hmac } from "../../../secrets/hmac.ts";
import { channelName, userId } from "../../../core/ids.ts";
import { mostBatchEvents } from "../../../config/webhook-options.ts";
import { eventJson, type WebhookEvent } from "./event.ts";
import { WebhookTarget } from "./target.ts";

const channel = channelName("presence-a");
const sdk = new PusherServer({ appId: "1", key: "key", secret: "secret", host: "x" });

const target = new WebhookTarget(
  {
    name: "n",
    shown: "s",
    url: "https://app.example.com/hooks",
    events: new Set(["member_added"]),
    headers: { Authorization: "Bearer x" },
    channelPrefix: "",
    channelSuffix: "",
  },
  "key",
  new Hmac("secret"),
);

function told(events: readonly WebhookEvent[]) {
  return events.map((event, i) => ({ id: `id-${i}`, at: 1_000 + i, text: eventJson(event) }));
}

const events: readonly WebhookEvent[] = [
  { name: "channel_occupied", channel },
  { name: "member_added", channel, user: userId('q"\u2028é\ud800') },
  {
    name: "client_event",
    channel,
    event: "client-é",
    data: '{"a":"\\u0000"}\n',
    socketId: "1.2",
    user: userId("ann"),
  },
  { name: "subscription_count", channel, count: 3 },
];

test("the official package calls a webhook valid, and reads its events and time", () => {
  const { headers, body, url } = target.request(told(events));
  expect(url).toBe("https://app.example.com/hooks");
  const webhook = sdk.webhook({ headers, rawBody: body });
  expect(webhook.isValid()).toBe(true);
  expect(webhook.getTime()).toEqual(new Date(1_000));
  expect(webhook.getEvents()).toEqual([
    { name: "channel_occupied", channel: "presence-a" },
    { name: "member_added", channel: "presence-a", user_id: 'q"\u2028é\ud800' },
    {
      name: "client_event",
      channel: "presence-a",
      event: "client-é",
      data: '{"a":"\\u0000"}\n',
      socket_id: "1.2",
      user_id: "ann",
    },
    { name: "subscription_count", channel: "presence-a", subscription_count: 3 },
  ] as never);
});

test("a body of another, or of somebody else's secret, is not valid", () => {
  const { headers, body } = target.request(told(events));
  expect(sdk.webhook({ headers, rawBody: body.replace("3", "4") }).isValid()).toBe(false);
  const other = new PusherServer({ appId: "1", key: "key", secret: "other", host: "x" });
  expect(other.webhook({ headers, rawBody: body }).isValid()).toBe(false);
});

test("every try of the same events is the same request, with the ids of the events and headers of one's own", () => {
  const first = target.request(told(events));
  expect(target.request(told(events))).toEqual(first);
  expect(first.headers).toMatchObject({
    Authorization: "Bearer x",
    "content-type": "application/json",
    "x-twinwire-event-ids": "id-0,id-1,id-2,id-3",
  });
});

test("as many events as a request may have are no larger a header than proxies take", () => {
  const [text] = told(events.slice(0, 1)).map((one) => one.text);
  const id = `12345678-${Number.MAX_SAFE_INTEGER.toString(36)}`;
  const { headers } = target.request(
    Array.from({ length: mostBatchEvents }, () => ({ id, at: 1, text: text ?? "" })),
  );
  for (const [name, value] of Object.entries(headers)) expect(`${name}: ${value}`.length).toBeLessThan(8_000);
});
