import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

import { LineProgram } from "../../../server/test/programs/line-program.ts";
import { pythonWith } from "../../../server/test/programs/python.ts";
import { goesWithout } from "../../../server/test/programs/required.ts";
import { message, World } from "../world.ts";

const script = fileURLToPath(new URL("flow.py", import.meta.url));
const minutes = 60_000;

type Said = Readonly<Record<string, unknown>>;

/** A client in Python, whose lines are read. */
class PythonClient extends LineProgram<Said> {
  constructor(python: string, world: World, { bearer, encoding }: { bearer: string; encoding: string }) {
    const path = `/connection/websocket?format=${encoding}&cf_protocol_version=v2`;
    super([python, script, world.url, world.socket + path, bearer, "night-owl", encoding]);
  }

  async has(key: string, value: unknown): Promise<Said> {
    return this.lines.first((line: Said) => line[key] === value);
  }
}

const found = await pythonWith("centrifuge-python==0.7.0");
const skipped = goesWithout("python.test.ts", found.ok ? [] : [`centrifuge-python (${found.why})`]);
const python = found.ok ? found.python : "";

test.skipIf(skipped).each(["json", "protobuf"])(
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
    const said = [...ann.lines.all, ...bob.lines.all];
    expect(said.filter((line) => "error" in line)).toEqual([]);
  },
  2 * minutes,
);
