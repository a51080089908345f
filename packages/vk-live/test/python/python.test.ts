import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

import { Events } from "../../../server/test/events.ts";
import { message, World } from "../world.ts";
import { pythonWithCentrifuge } from "./environment.ts";

const script = fileURLToPath(new URL("flow.py", import.meta.url));
const minutes = 60_000;

/** A client in Python, whose lines are read. */
class PythonClient implements AsyncDisposable {
  readonly said = new Events<Readonly<Record<string, unknown>>>();
  readonly #child;

  constructor(python: string, world: World, { bearer, encoding }: { bearer: string; encoding: string }) {
    const path = `/connection/websocket?format=${encoding}&cf_protocol_version=v2`;
    this.#child = Bun.spawn([python, script, world.url, world.socket + path, bearer, "night-owl", encoding], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    void this.#read();
  }

  async has(key: string, value: unknown): Promise<Readonly<Record<string, unknown>>> {
    return this.said.first((line) => line[key] === value);
  }

  async #read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.said.push(JSON.parse(line) as Record<string, unknown>);
    }
  }

  /** Lets it end by itself; its code. */
  async end(): Promise<number> {
    void this.#child.stdin.write("\n");
    void this.#child.stdin.end();
    return this.#child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
  }
}

const found = await pythonWithCentrifuge();
if (!found.ok) {
  if ("CI" in process.env) throw new Error(`centrifuge-python cannot be run: ${found.why}`);
  process.stdout.write(`skipped: centrifuge-python cannot be run (${found.why.split("\n")[0]})\n`);
}
const python = found.ok ? found.python : "";

test.skipIf(!found.ok).each(["json", "protobuf"])(
  "centrifuge-python speaks the whole flow in %s",
  async (encoding) => {
    await using world = new World({ expiresIn: { connection: 2, subscription: 2 } });
    await using ann = new PythonClient(python, world, { bearer: "ann-token", encoding });
    await using bob = new PythonClient(python, world, { bearer: "bob-token", encoding });
    const open = ["chat", "private_chat", "info", "private_info", "channel_points", "private_channel_points"];
    for (const kind of [...open, "limited_chat", "limited_private_chat"]) await ann.has("subscribed", kind);
    for (const kind of open) await bob.has("subscribed", kind);
    expect(await bob.has("unsubscribed", "limited_chat")).toMatchObject({ code: 1 });

    const chat = message(1, "to all");
    await world.publisher.to("api-channel-chat:7").channelChatMessageSend(chat);
    const event = { type: "channel_chat_message_send" };
    for (const client of [ann, bob])
      expect(await client.has("kind", "chat")).toMatchObject({ event: { ...event, data: chat } });

    // Past the first tokens' end, with those that the client renewed.
    const renewals = ["/v1/websocket/token", "/v1/websocket/subscription_token"];
    const before = world.asked.all.length;
    for (const path of renewals)
      await world.asked.first((asked) => asked.path === path && world.asked.all.indexOf(asked) >= before);
    await world.publisher.to("api-channel-limited-chat:7").channelChatMessageSend(message(2, "to fans"));
    expect(await ann.has("kind", "limited_chat")).toMatchObject({
      event: { ...event, data: message(2, "to fans") },
    });
    expect(await ann.end()).toBe(0);
    expect(await bob.end()).toBe(0);
    const said = [...ann.said.all, ...bob.said.all];
    expect(said.filter((line) => "error" in line)).toEqual([]);
  },
  2 * minutes,
);
