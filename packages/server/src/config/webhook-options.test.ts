import { expect, test } from "bun:test";
import { faultText } from "./faults.ts";
import { loadConfig, type Loaded } from "./load-config.ts";

const app = { id: "1", key: "k", secret: "s" };

function load(webhook: object, more: object = {}, env: Record<string, string> = {}): Loaded {
  const content = JSON.stringify({ apps: [{ ...app, webhooks: [webhook], ...more }] });
  return loadConfig({ text: { name: "c.json", content }, env });
}

function faults(webhook: object, more?: object): readonly string[] {
  const loaded = load(webhook, more);
  return loaded.ok ? [] : loaded.faults.map(faultText);
}

const sound = { url: "https://app.example.com/hooks?token=hunter2", events: ["channel_occupied"] };

test("a webhook has its defaults", () => {
  const loaded = load(sound);
  if (!loaded.ok) throw new Error("refused");
  expect(loaded.config.apps[0]?.webhooks).toEqual([
    {
      url: sound.url,
      events: ["channel_occupied"],
      headers: {},
      filter: { channel_prefix: "", channel_suffix: "" },
    },
  ]);
  expect(loaded.config.webhooks).toEqual({
    hold_delay: 3_000,
    batch_delay: 50,
    batch_events: 100,
    timeout: 4_000,
    retry_timeout: 300_000,
    queue_bytes: 16_777_216,
    spool: "",
  });
});

test("the spool can come from the environment", () => {
  const loaded = load(sound, {}, { TWINWIRE_WEBHOOKS_SPOOL: "/var/lib/twinwire/webhooks" });
  expect(loaded.ok && loaded.config.webhooks.spool).toBe("/var/lib/twinwire/webhooks");
});

test("what a webhook cannot be is told with its path, and never with what may be secret", () => {
  expect(faults({ ...sound, url: "ftp://hunter2.example.com" })).toEqual([
    "apps[0].webhooks[0].url: must be an http or https URL without a user and password (use headers), not this string",
  ]);
  expect(faults({ ...sound, url: "https://me:hunter2@app.example.com" })[0]).not.toContain("hunter2");
  const events =
    '"channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event", "cache_miss", "subscription_count"';
  expect(faults({ ...sound, events: ["member_updated"] })).toEqual([
    `apps[0].webhooks[0].events[0]: must be one of ${events}, not "member_updated"`,
  ]);
  expect(faults({ ...sound, events: [] })).toEqual([
    `apps[0].webhooks[0].events: must be a list of some of ${events}, not a list`,
  ]);
  expect(faults({ url: sound.url })).toEqual([
    `apps[0].webhooks[0].events: is required: a list of some of ${events}`,
  ]);
});

test("headers of the server's own, and what is no header, are refused", () => {
  expect(
    faults({
      ...sound,
      headers: {
        "X-Pusher-Key": "x",
        "no name": "x",
        "X-Lines": "a\r\nX-B: c",
        Authorization: "Bearer hunter2",
      },
    }),
  ).toEqual([
    "apps[0].webhooks[0].headers.X-Pusher-Key: is set by the server",
    "apps[0].webhooks[0].headers.no name: is no name of a header",
    "apps[0].webhooks[0].headers.X-Lines: must be printable ASCII",
  ]);
});

test("counts that the app does not make cannot be told", () => {
  expect(faults({ ...sound, events: ["subscription_count"] }, { subscription_count: false })).toEqual([
    "apps[0].webhooks[0].events: subscription_count needs apps[0].subscription_count",
  ]);
});

test("a try has some time", () => {
  const content = JSON.stringify({ apps: [app], webhooks: { timeout: "0s" } });
  const loaded = loadConfig({ text: { name: "c.json", content }, env: {} });
  expect(loaded.ok ? [] : loaded.faults.map(faultText)).toEqual(["webhooks.timeout: must be above 0"]);
});
