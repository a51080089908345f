import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Events } from "../events.ts";
import { readLines } from "../lines.ts";
import { Launched, launcher, twinwire } from "./launched.ts";
import { TempFolder } from "./temp-folder.ts";

setDefaultTimeout(30_000);

let server: Launched;
const folder = new TempFolder();
let config: string;

/** A `twinwire tail` that runs until the test ends it. */
class Tailing implements AsyncDisposable {
  readonly out = new Events<string>();
  readonly errors = new Events<string>();
  private readonly child;

  constructor(args: readonly string[]) {
    this.child = Bun.spawn(["node", launcher, "tail", ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    void readLines(this.child.stdout, this.out);
    void readLines(this.child.stderr, this.errors);
  }

  get exited(): Promise<number> {
    return this.child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }
}

beforeAll(async () => {
  config = folder.write(
    "config.json",
    JSON.stringify({
      http_server: { address: "127.0.0.1", port: 0 },
      apps: [
        { id: "1", key: "one", secret: "secret of one", public_channels: true },
        {
          id: "2",
          public_channels: true,
          key: "two",
          secret: "secret of two",
          client: { token: { hmac_secret_key: "tokens of two" } },
          http_api: { key: "api-key-of-two" },
        },
      ],
      client: { token: { hmac_secret_key: "tokens of one", audience: "ours" } },
      http_api: { key: "api-key-of-one" },
      channel: { namespaces: [{ name: "kept", history_size: 10, history_ttl: "60s", presence: true }] },
    }),
  );
  server = await Launched.start(["serve", "--config", config]);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function at(...args: readonly string[]): readonly string[] {
  return [...args, "--url", server.url, "--config", config];
}

describe("publish, tail and channels", () => {
  test("what one command publishes, another prints as it was published", async () => {
    await using tail = new Tailing(at("kept:a", "private-b", "--json"));
    await tail.errors.first((line) => line.includes("listening to kept:a, private-b"));

    const listed = await twinwire(at("channels"));
    expect(listed).toMatchObject({ code: 0, stdout: "1  kept:a\n1  private-b\n", stderr: "" });
    const some = await twinwire(at("channels", "kept:*", "--json"));
    expect(some.stdout).toBe('{"kept:a":{"num_clients":1}}\n');

    const kept = await twinwire(at("publish", "kept:a", '{"n": 1}'));
    expect(kept.stdout).toMatch(/^published, offset 1, epoch \S+\n$/);
    const event = await twinwire(at("publish", "private-b", "[1]", "--event", "moved"));
    expect(event).toMatchObject({ code: 0, stdout: "published\n" });
    const raw = await fetch(`${server.url}/api/publish`, {
      method: "POST",
      headers: { "x-api-key": "api-key-of-one" },
      body: '{"channel":"kept:a","data":{"big": 12345678901234567890}}',
    });
    expect(raw.status).toBe(200);

    await tail.out.first((line) => line.includes('"offset":2'));
    expect(tail.out.all.sort()).toEqual([
      '{"channel":"kept:a","offset":1,"data":{"n":1}}',
      '{"channel":"kept:a","offset":2,"data":{"big": 12345678901234567890}}',
      '{"channel":"private-b","data":{"type":"moved","data":[1]}}',
    ]);
  });

  test("the other app is asked for by its key", async () => {
    await using tail = new Tailing(at("news", "--app", "two"));
    await tail.errors.first((line) => line.includes("listening"));
    expect((await twinwire(at("channels"))).stdout).toBe("");
    expect((await twinwire(at("channels", "--app", "two"))).stdout).toBe("1  news\n");
    await twinwire(at("publish", "news", '"of one"'));
    await twinwire(at("publish", "news", '"of two"', "--app", "two"));
    const line = await tail.out.first(() => true);
    expect(line).toMatch(/^\d\d:\d\d:\d\d news "of two"$/);
  });

  test("whoever listens is seen by nobody", async () => {
    await using tail = new Tailing(at("kept:quiet"));
    await tail.errors.first((line) => line.includes("listening"));
    const presence = await fetch(`${server.url}/api/presence`, {
      method: "POST",
      headers: { "x-api-key": "api-key-of-one" },
      body: '{"channel":"kept:quiet"}',
    });
    expect(await presence.json()).toEqual({ result: { presence: {} } });
  });

  test("what is refused, or ends, is told with its reason and exit code 1", async () => {
    const named = await twinwire(at("publish", "unknown:x", "1"));
    expect(named).toMatchObject({ code: 1, stdout: "" });
    expect(named.stderr).toContain("refused with code 102");
    await using tail = new Tailing(at("unknown:x"));
    expect(await tail.exited).toBe(1);
    expect(tail.errors.all).toEqual(["twinwire: unknown:x was refused with 102: unknown channel"]);
    const nobody = await twinwire(["channels", "--url", "http://127.0.0.1:1", "--config", config]);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain("no connection");
    expect(nobody.stderr).not.toContain("api-key-of-one");
  });

  test("a stop of the server ends tail, which says so", async () => {
    await using dev = await Launched.start(["dev", "--port", "0"]);
    await using tail = new Tailing(["news", "--dev", "--url", dev.url]);
    await tail.errors.first((line) => line.includes("listening"));
    dev.signal("SIGTERM");
    expect(await tail.exited).toBe(1);
    expect(tail.errors.all.at(-1)).toContain("the connection ended with 3001: shutdown");
  });

  test("a publication cannot command the terminal", async () => {
    await using tail = new Tailing(at("news"));
    await tail.errors.first((line) => line.includes("listening"));
    await twinwire(at("publish", "news", '"\u009b31m\u202e"'));
    expect(await tail.out.first(() => true)).toMatch(/"\\u009b31m\\u202e"$/);
  });
});
