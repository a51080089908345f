import { expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PusherClient } from "../clients.ts";
import { baseConfig, keys } from "../server.ts";
import { Launched, twinwire } from "./launched.ts";
import { Scrape } from "./scrape.ts";
import { TempFolder } from "./temp-folder.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

setDefaultTimeout(60_000);

/** Without the launcher, which would be killed in place of the server. */
const command = [process.execPath, join(import.meta.dir, "..", "..", "src", "main.ts")];

function configText(url: string, spool: string, more: object = {}): string {
  return JSON.stringify({
    ...baseConfig(),
    apps: [
      {
        ...keys.app,
        public_channels: true,
        limits: { client_events_per_second: 0 },
        webhooks: [{ url, events: ["client_event", "channel_occupied"] }],
      },
    ],
    webhooks: { spool, batch_delay: "5ms" },
    ...more,
  });
}

test("killed while it tries again, it delivers at the next start what was pending, with the same ids and in order", async () => {
  using folder = new TempFolder();
  const spool = join(folder.path, "spool");
  let up = false;
  await using receiver = new WebhookReceiver(() => new Response("", { status: up ? 200 : 500 }));
  const config = folder.write("c.json", configText(receiver.url, spool));
  const args = ["serve", "--config", config];

  const first = await Launched.start(args, { command });
  const client = await PusherClient.connect(first.port, { user: "ann" });
  const channels = ["private-a", "private-b"];
  for (const channel of channels) await client.join(channel);
  for (let n = 0; n < 20; n += 1) await client.say(channels[n % 2] ?? "", "n", n);
  const refused = await receiver.requests.next();
  // Each is in the file a moment later, whatever becomes of the process then.
  while (!readFileSync(spool, "utf8").includes('\\"data\\":\\"19\\"'))
    await new Promise((resolve) => setImmediate(resolve));
  first.signal("SIGKILL");
  await first.exited;
  await client[Symbol.asyncDispose]();
  // As a kill in the middle of a write leaves it.
  appendFileSync(spool, '["+","cut off');

  up = true;
  const before = receiver.requests.all.length;
  await using second = await Launched.start(args, { command });
  const said = () => receiver.events.all.filter(({ name }) => name === "client_event");
  await receiver.events.first(() => said().length === 20);
  for (const channel of channels) {
    const numbers = said().filter((one) => one.channel === channel);
    expect(numbers.map(({ data }) => Number(data))).toEqual(
      Array.from({ length: 10 }, (_, i) => 2 * i + channels.indexOf(channel)),
    );
  }
  expect(receiver.requests.all.every(({ valid }) => valid)).toBe(true);
  const deliveredIds = receiver.requests.all.slice(before).flatMap(({ ids }) => ids);
  for (const id of refused.ids) expect(deliveredIds).toContain(id);
  while ((await Scrape.of(second.url)).value("twinwire_webhook_events_pending") > 0)
    await new Promise((resolve) => setImmediate(resolve));

  // And what arrived does not come a third time.
  const count = receiver.events.all.length;
  second.signal("SIGTERM");
  await second.exited;
  await using third = await Launched.start(args, { command });
  await using marker = await PusherClient.connect(third.port, { user: "ann" });
  await marker.join("private-marker");
  await receiver.event("channel_occupied", "private-marker");
  expect(receiver.events.all.length).toBe(count + 1);
});

test("what could not be delivered while it stopped waits in the spool", async () => {
  using folder = new TempFolder();
  const spool = join(folder.path, "spool");
  let up = false;
  await using receiver = new WebhookReceiver(() => new Response("", { status: up ? 200 : 503 }));
  const args = ["serve", "--config", folder.write("c.json", configText(receiver.url, spool))];
  const first = await Launched.start(args, { command });
  const client = await PusherClient.connect(first.port, { user: "ann" });
  await client.join("private-a");
  await receiver.requests.next();
  first.signal("SIGTERM");
  expect(await first.exited).toBe(0);
  await client[Symbol.asyncDispose]();
  up = true;
  await using second = await Launched.start(args, { command });
  await receiver.event("channel_occupied", "private-a");
  expect(second.port).toBeGreaterThan(0);
});

test("a spool that cannot be used stops the start by name, and a file of somebody else's is left as it is", async () => {
  using folder = new TempFolder();
  const url = "http://127.0.0.1:1/";
  const nowhere = join(folder.path, "no", "folder");
  const refused = await twinwire(["serve", "--config", folder.write("a.json", configText(url, nowhere))], {
    command,
  });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("webhooks.spool: ");
  const thesis = folder.write("thesis", "my thesis\n");
  const other = await twinwire(["serve", "--config", folder.write("b.json", configText(url, thesis))], {
    command,
  });
  expect(other.code).toBe(1);
  expect(other.stderr).toContain("is no spool");
  expect(readFileSync(thesis, "utf8")).toBe("my thesis\n");
});

test("a second start on the same port touches no spool of the first", async () => {
  using folder = new TempFolder();
  const spool = join(folder.path, "spool");
  const file = folder.write("c.json", configText("http://127.0.0.1:1/", spool));
  await using first = await Launched.start(["serve", "--config", file], { command });
  const { ino } = statSync(spool);
  const second = await twinwire(["serve", "--config", file, "--port", String(first.port)], { command });
  expect(second.code).toBe(1);
  expect(statSync(spool).ino).toBe(ino);
});

test("a second server with the same spool does not start, and the first one keeps it", async () => {
  using folder = new TempFolder();
  const spool = join(folder.path, "spool");
  const file = folder.write("c.json", configText("http://127.0.0.1:1/", spool));
  await using first = await Launched.start(["serve", "--config", file], { command });
  const { ino } = statSync(spool);
  const second = await twinwire(["serve", "--config", file], { command });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`webhooks.spool: ${spool} is in use by another process`);
  expect(statSync(spool).ino).toBe(ino);
  expect(first.port).toBeGreaterThan(0);
});

test("without a spool nothing is written", async () => {
  using folder = new TempFolder();
  await using receiver = new WebhookReceiver();
  const file = folder.write("c.json", configText(receiver.url, ""));
  await using server = await Launched.start(["serve", "--config", file], { command, cwd: folder.path });
  await using client = await PusherClient.connect(server.port, { user: "ann" });
  await client.join("private-a");
  await receiver.event("channel_occupied", "private-a");
  expect(existsSync(join(folder.path, "spool"))).toBe(false);
});
