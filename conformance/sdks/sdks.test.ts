import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PresenceChannel } from "pusher-js";
import { PusherClient } from "../../packages/server/test/clients.ts";
import { Events } from "../../packages/server/test/events.ts";
import { keys, startTestServer, type TestServer } from "../../packages/server/test/server.ts";
import { rows, startSdk, type Ability, type SdkRow, type ServerSdk } from "./server-sdk.ts";
import { SignedClient } from "./signed-client.ts";

// Maven and pip may have to fetch the SDKs first.
setDefaultTimeout(120_000);

const greeting = { text: 'Grüße 👋 "quoted" \\ ', at: 1 };

interface Hook {
  readonly key: string;
  readonly signature: string;
  readonly body: string;
}

/** An application's address for webhooks, that keeps what came as it came. */
function startHooks(heard: Events<Hook>): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const header = (name: string): string => request.headers.get(name) ?? "";
      const body = await request.text();
      heard.push({ key: header("x-pusher-key"), signature: header("x-pusher-signature"), body });
      return new Response();
    },
  });
}

function ability(row: SdkRow, name: Ability, body: () => Promise<void>): void {
  if (row.lacks[name] === undefined) test(name, body);
}

describe.each(rows.filter(({ skipped }) => !skipped))("$name", (row) => {
  const hooks = new Events<Hook>();
  let receiver: Bun.Server<undefined>;
  let server: TestServer;
  let sdk: ServerSdk;
  let ann: PusherClient;
  beforeAll(async () => {
    receiver = startHooks(hooks);
    const webhook = { url: `http://127.0.0.1:${receiver.port}/`, events: ["channel_occupied"] };
    server = startTestServer({ apps: [{ ...keys.app, webhooks: [webhook] }] });
    sdk = await startSdk(row, { port: server.port });
    ann = await PusherClient.connect(server.port, { user: "ann" });
  });
  afterAll(async () => {
    await ann[Symbol.asyncDispose]();
    await sdk[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await receiver.stop(true);
  });

  const heard = async (channel: string, event: string): Promise<unknown> =>
    (await ann.heard.first((one) => one.channel === channel && one.event === event)).data;

  test("trigger, to several channels", async () => {
    await ann.join("a");
    await ann.join("private-b");
    await sdk.does({
      do: "trigger",
      channels: ["a", "private-b"],
      event: "App\\Events\\Said",
      data: greeting,
    });
    expect(await heard("a", "App\\Events\\Said")).toEqual(greeting);
    expect(await heard("private-b", "App\\Events\\Said")).toEqual(greeting);
  });

  test("trigger, but not to the connection that caused it", async () => {
    const more = { channels: ["a"], data: {}, socketId: ann.socketId };
    await sdk.does({ do: "trigger", event: "not-for-ann", ...more });
    await sdk.does({ do: "trigger", event: "for-all", channels: ["a"], data: {} });
    await heard("a", "for-all");
    expect(ann.heard.all.map(({ event }) => event)).not.toContain("not-for-ann");
  });

  test("batch", async () => {
    const events = ["one", "two"].map((name) => ({ channel: "a", name, data: greeting }));
    await sdk.does({ do: "batch", events });
    expect([await heard("a", "one"), await heard("a", "two")]).toEqual([greeting, greeting]);
  });

  ability(row, "info in trigger", async () => {
    await ann.join("presence-c");
    const info = "user_count,subscription_count";
    expect(await sdk.does({ do: "trigger", channels: ["presence-c"], event: "e", data: {}, info })).toEqual({
      channels: { "presence-c": { user_count: 1, subscription_count: 1 } },
    });
  });

  test("channels, a channel, its users", async () => {
    await ann.join("presence-d");
    await ann.join("presence-other");
    expect(await sdk.does({ do: "channels", prefix: "presence-d", info: "user_count" })).toEqual({
      channels: { "presence-d": { user_count: 1 } },
    });
    expect(await sdk.does({ do: "channel", name: "a", info: "subscription_count" })).toEqual({
      occupied: true,
      subscription_count: 1,
    });
    expect(await sdk.does({ do: "users", name: "presence-d" })).toEqual({ users: [{ id: "ann" }] });
  });

  ability(row, "encrypted trigger", async () => {
    using bob = new SignedClient(server.port, sdk, "bob");
    const channel = await bob.join("private-encrypted-e");
    const got = new Promise((resolve) => channel.bind("secret", resolve));
    await sdk.does({ do: "trigger", channels: ["private-encrypted-e"], event: "secret", data: greeting });
    expect(await got).toEqual(greeting);
  });

  test("what it signs for channels, the server takes of pusher-js", async () => {
    using bob = new SignedClient(server.port, sdk, "bob");
    await bob.join("private-f");
    const { members } = (await bob.join("presence-f")) as PresenceChannel;
    expect(members.members).toEqual({ bob: { name: "bob" } });
  });

  ability(row, "authenticate user", async () => {
    using bob = new SignedClient(server.port, sdk, "bob");
    expect(await bob.signIn()).toBe("bob");
  });

  ability(row, "terminate connections", async () => {
    await using dora = await PusherClient.connect(server.port, { user: "dora" });
    await dora.signIn();
    expect(await sdk.does({ do: "terminate", user: "dora" })).toEqual({});
    expect(await dora.closed).toBe(4009);
  });

  test("knows a webhook of the server's from one that is not", async () => {
    await ann.join("occupied");
    const hook = await hooks.first(({ body }) => body.includes('"occupied"'));
    expect(await sdk.does<boolean>({ do: "webhook", ...hook })).toBe(true);
    const other = hook.body.replace('"occupied"', '"another"');
    expect(await sdk.does<boolean>({ do: "webhook", ...hook, body: other })).toBe(false);
  });

  test("says why it was refused", async () => {
    const said = { do: "trigger", channels: ["a"], event: "e", data: {} };
    await using wrong = await startSdk(row, { port: server.port, secret: "another-secret" });
    expect({
      secret: await wrong.refused(said),
      large: await sdk.refused({ ...said, data: "x".repeat(10_300) }),
      channel: await sdk.refused({ ...said, channels: ["no channel"] }),
      event: await sdk.refused({ ...said, event: "pusher:e" }),
    }).toEqual(row.errors);
  });
});

test("README.md has a row for every SDK, with all that it lacks", () => {
  const page = readFileSync(join(import.meta.dir, "README.md"), "utf8").replaceAll(/ +/g, " ");
  const told = rows.map(({ name, lacks }) => {
    const what = Object.entries(lacks).map(([ability, why]) => `${ability}: ${why}`);
    return `| ${name} | ${what.length === 0 ? "nothing" : what.join("; ")} |`;
  });
  expect(told.filter((line) => !page.includes(line))).toEqual([]);
});
