import { expectSame, expectThat, shown } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { both, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";

/** Frames that close who sends them, and disturb nobody else. */
function unfit(id: string, what: string, send: (client: Client) => void, scenery = inJson): Line {
  return must("1.2", id, `${what}: close 3501, and other clients notice nothing`, async (scene) => {
    scenery(scene);
    const channel = scene.channel("open");
    const [bad, bystander] = [await scene.connect(), await scene.joined(channel)];
    send(bad);
    await bad.closed(3501);
    await scene.api.publish(channel, { still: "here" });
    expectSame((await bystander.next("pub", channel))["data"], { still: "here" }, "what the other heard");
  });
}

function inJson(scene: Scene): void {
  scene.encoding = "json";
}

function inProtobuf(scene: Scene): void {
  scene.encoding = "protobuf";
}

/** What a command of this text is answered with: nothing but a close. */
function fatal(id: string, what: string, text: (scene: Scene) => string): Line {
  return must("1.5", id, `${what}: close 3501`, async (scene) => {
    const client = await scene.connect();
    client.wire.text(text(scene));
    await client.closed(3501);
  });
}

export const framing: readonly Line[] = [
  must("1.1", "json-default", "without a word, replies are text frames of JSON", async (scene) => {
    const client = await scene.connect();
    expectSame(client.wire.protocol, "", "the subprotocol");
    expectThat(
      client.frames.every(({ binary }) => !binary),
      "a frame is binary",
    );
  }),
  ...(["format=protobuf", "cf_protocol=protobuf"] as const).map((query) =>
    must(
      "1.1",
      `query-${query.replace("=", "-")}`,
      `?${query} is protobuf, in binary frames`,
      async (scene) => {
        const client = await scene.connect({ encoding: "protobuf", path: `/connection/websocket?${query}` });
        expectThat(
          client.frames.every(({ binary }) => binary),
          "a frame is text",
        );
      },
    ),
  ),
  must("1.1", "subprotocol-protobuf", "the subprotocol centrifuge-protobuf is selected", async (scene) => {
    const client = await scene.connect({ encoding: "protobuf", protocols: ["centrifuge-protobuf"] });
    expectSame(client.wire.protocol, "centrifuge-protobuf", "the subprotocol");
    expectThat(
      client.frames.every(({ binary }) => binary),
      "a frame is text",
    );
  }),
  must("1.1", "subprotocol-json", "the subprotocol centrifuge-json is selected", async (scene) => {
    const client = await scene.connect({ protocols: ["centrifuge-json"] });
    expectSame(client.wire.protocol, "centrifuge-json", "the subprotocol");
  }),
  must(
    "1.1",
    "protocol-version",
    "?cf_protocol_version=v2, as old clients write it, is ignored",
    async (scene) => {
      await scene.connect({ path: "/connection/websocket?cf_protocol_version=v2" });
    },
  ),
  must("1.1", "json-in-binary", "JSON in a binary frame is read, and answered in text", async (scene) => {
    const client = await scene.connect();
    client.wire.binary(Buffer.from(JSON.stringify(client.command("unsubscribe", { channel: "x" }))));
    await client.replyTo(2);
    expectThat(
      client.frames.every(({ binary }) => !binary),
      "the answer is binary",
    );
  }),
  ...both("1.2", "many-commands", "many commands in one frame are each answered", async (scene) => {
    const client = await scene.connect();
    const channels = Array.from({ length: 20 }, () => scene.channel("open"));
    const commands = channels.map((channel) => client.command("subscribe", { channel }));
    client.send(...commands);
    for (const { id } of commands)
      client.resultOf(await client.replyTo(Number(id), "subscribe"), "subscribe");
  }),
  ...both("1.2", "in-order", "commands of one frame are carried out in order", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("open")];
    const commands = [
      client.command("subscribe", { channel }),
      client.command("unsubscribe", { channel }),
      client.command("subscribe", { channel }),
    ];
    client.send(...commands);
    for (const command of commands) {
      const { value } = await client.replyTo(Number(command["id"]));
      expectThat(value["error"] === undefined, `answered with ${shown(value)}`);
    }
  }),
  ...both(
    "1.2",
    "connect-and-more",
    "commands behind the connect command may be in its frame",
    async (scene) => {
      const [client, channel] = [await scene.open(), scene.channel("open")];
      client.send(
        { id: 1, connect: { token: scene.token({ sub: "first" }) } },
        { id: 2, subscribe: { channel } },
      );
      client.resultOf(await client.replyTo(1), "connect");
      client.resultOf(await client.replyTo(2), "subscribe");
    },
  ),
  must("1.2", "trailing-newline", "a newline behind the last command is tolerated", async (scene) => {
    const client = await scene.connect();
    client.wire.text('{"id":2,"unsubscribe":{"channel":"x"}}\n{"id":3,"unsubscribe":{"channel":"y"}}\n');
    await client.replyTo(2);
    await client.replyTo(3);
  }),
  must("1.2", "no-newline", "a frame of the server has no newline at its end", async (scene) => {
    const client = await scene.joined(scene.channel("open"));
    for (const { bytes } of client.frames)
      expectThat(!bytes.toString().endsWith("\n"), `it came: ${shown(bytes.toString())}`);
  }),
  must("1.2", "fragments", "a message in several WebSocket frames is one message", async (scene) => {
    const client = await scene.connect();
    client.wire.fragmented(['{"id":2,"unsub', 'scribe":{"chan', 'nel":"x"}}']);
    await client.replyTo(2);
  }),
  unfit("empty-frame", "an empty frame", (client) => {
    client.wire.text("");
  }),
  unfit("no-json", "text that is no JSON", (client) => {
    client.wire.text("this is no JSON");
  }),
  unfit("json-cut", "JSON that is cut short", (client) => {
    client.wire.text('{"id":2,"subscribe":{"channel":"x"');
  }),
  unfit("json-list", "a list", (client) => {
    client.wire.text('[{"id":2,"unsubscribe":{"channel":"x"}}]');
  }),
  unfit("json-type", "a field of another type", (client) => {
    client.wire.text('{"id":2,"unsubscribe":{"channel":7}}');
  }),
  unfit("bad-behind-good", "a frame whose second command is no JSON", (client) => {
    client.wire.text('{"id":2,"unsubscribe":{"channel":"x"}}\n{"id":');
  }),
  unfit(
    "protobuf-cut",
    "protobuf whose length is more than there is",
    (client) => {
      client.wire.binary(Buffer.from([40, 8, 2]));
    },
    inProtobuf,
  ),
  unfit(
    "protobuf-length-cut",
    "a length of protobuf that does not end",
    (client) => {
      client.wire.binary(Buffer.from([0x80]));
    },
    inProtobuf,
  ),
  unfit(
    "protobuf-garbage",
    "bytes that are no message",
    (client) => {
      client.wire.binary(Buffer.from([4, 0xff, 0xff, 0xff, 0xff]));
    },
    inProtobuf,
  ),
  ...both("1.2", "frame-64k", "a frame of 65,000 bytes is read", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    const data = "x".repeat(64_900 - channel.length);
    await client.ok("publish", { channel, data });
    expectSame(String((await client.next("pub", channel))["data"]).length, data.length, "the length");
  }),
  ...both("1.2", "frame-too-big", "a frame of more than 65,536 bytes: close 1009", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("open")];
    client.send(client.command("publish", { channel, data: "x".repeat(66_000) }));
    await client.until(() => client.closing !== undefined, "a close with 1009");
    // Who closes while the rest still comes in may end the connection before its frame is read.
    expectThat([1009, 1006].includes(client.closing?.code ?? 0), `closed with ${client.closing?.code ?? 0}`);
  }),
  ...both("1.5", "id-largest", "an id of 4,294,967,295 is answered", async (scene) => {
    const client = await scene.connect();
    client.send({ id: 4_294_967_295, unsubscribe: { channel: "x" } });
    await client.replyTo(4_294_967_295);
  }),
  ...both("1.5", "first-not-connect", "a first command that is no connect: close 3501", async (scene) => {
    const client = await scene.open();
    client.send({ id: 1, subscribe: { channel: "x" } });
    await client.closed(3501);
  }),
  ...both("1.5", "connect-twice", "a second connect: close 3501", async (scene) => {
    const client = await scene.connect();
    client.send(client.command("connect", { token: scene.token({ sub: "again" }) }));
    await client.closed(3501);
  }),
  ...both("1.5", "unasked-pong", "a pong that nobody asked for: close 3501", async (scene) => {
    const client = await scene.connect();
    client.send({});
    await client.closed(3501);
  }),
  fatal("no-id", "a command without id", () => '{"unsubscribe":{"channel":"x"}}'),
  fatal("no-method", "an id without a command", () => '{"id":2}'),
  fatal("unknown-method", "a method that there is not", () => '{"id":2,"dance":{}}'),
  fatal("ping-command", "the ping command of protocol v1", () => '{"id":2,"ping":{}}'),
  fatal("id-negative", "a negative id", () => '{"id":-1,"unsubscribe":{"channel":"x"}}'),
  fatal("id-text", "an id that is text", () => '{"id":"2","unsubscribe":{"channel":"x"}}'),
  must(
    "1.5",
    "errors-stay",
    "who was answered with an error stays connected, with its channels",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.joined(channel);
      await client.refused("subscribe", { channel: "nowhere:x" }, 102);
      await client.refused("presence", { channel }, 108);
      await scene.settle(channel, client);
    },
  ),
  ...both("1.7", "compaction-flag", "flag 1 of subscribe, as from centrifuge-js, is taken", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.connect();
    const result = await client.join(channel, { flag: 1 });
    // A server that gives a number to the channel names it in pushes by that.
    expectThat(result["id"] === undefined || Number(result["id"]) > 0, `id is ${shown(result["id"])}`);
    if (result["id"] === undefined) await scene.settle(channel, client);
  }),
];
