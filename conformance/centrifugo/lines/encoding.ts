import { expectSame, expectThat, field, shown } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { must, type Line } from "../line.ts";

/** Text that a server which parses and writes anew would change. */
const peculiar = '{"b": 1,"a":[1.0, 1e2],"b":"\\u00e9","big":12345678901234567890}';

function rawOf(client: Client, channel: string): string {
  const [first] = client.heard("pub", channel);
  return first?.raw.toString() ?? "";
}

export const encoding: readonly Line[] = [
  must(
    "1.3",
    "empty-result",
    "fields of zero are left out: subscribe, publish, unsubscribe with {}",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("open")];
      const asked = [
        ["subscribe", { channel }],
        ["publish", { channel, data: 1 }],
        ["unsubscribe", { channel }],
      ] as const;
      for (const [method, request] of asked) {
        const command = client.command(method, request);
        client.send(command);
        const { raw } = await client.replyTo(Number(command["id"]), method);
        expectSame(raw.toString(), `{"id":${Number(command["id"])},"${method}":{}}`, "the reply");
      }
    },
  ),
  must("1.3", "zero-left-out", "no field of zero, of false or empty in the connect reply", async (scene) => {
    const client = await scene.connect();
    for (const [name, value] of Object.entries(client.welcome))
      expectThat(![0, false, "", null].includes(value as null), `${name} is ${shown(value)}`);
  }),
  must(
    "1.3",
    "always-there",
    "publications, epoch and offset of history are there even if there is nothing",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("history")];
      const found = await client.ok("history", { channel });
      expectSame(found["publications"], [], "publications");
      expectSame(found["offset"], 0, "offset");
      expectThat(typeof found["epoch"] === "string", `epoch is ${shown(found["epoch"])}`);
    },
  ),
  must(
    "1.3",
    "stats-always-there",
    "num_clients and num_users of an empty channel are there",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("presence")];
      expectSame(
        await client.ok("presence_stats", { channel }),
        { num_clients: 0, num_users: 0 },
        "the result",
      );
    },
  ),
  must("1.3", "unknown-fields", "fields that there are not are ignored", async (scene) => {
    const client = await scene.connect();
    client.wire.text('{"id":2,"colour":"red","unsubscribe":{"channel":"x","mood":{"good":[1]}}}');
    await client.replyTo(2);
  }),
  must("1.3", "null-message", "null for a message is as good as nothing", async (scene) => {
    const client = await scene.connect();
    client.wire.text('{"id":2,"subscribe":null,"unsubscribe":{"channel":"x"}}');
    client.resultOf(await client.replyTo(2), "unsubscribe");
  }),
  must(
    "1.3",
    "data-verbatim",
    "data of the server API arrives as the very text that was published",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.joined(channel);
      await scene.api.request("/api/publish", `{"channel":"${channel}","data":${peculiar}}`);
      await client.next("pub", channel);
      expectThat(rawOf(client, channel).includes(`"data":${peculiar}`), `it came: ${rawOf(client, channel)}`);
    },
  ),
  must(
    "1.3",
    "client-data-verbatim",
    "data of a client arrives as the very text that was published",
    async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.joined(channel);
      client.wire.text(`{"id":9,"publish":{"channel":"${channel}","data":${peculiar}}}`);
      await client.next("pub", channel);
      expectThat(rawOf(client, channel).includes(`"data":${peculiar}`), `it came: ${rawOf(client, channel)}`);
    },
  ),
  must("1.3", "newlines-in-data", "newlines of the data's JSON do not break frames", async (scene) => {
    const channel = scene.channel("open");
    const client = await scene.joined(channel);
    await scene.api.request("/api/publish", `{"channel":"${channel}","data":{\n"a":\n"line\\nbreak"}}`);
    expectSame((await client.next("pub", channel))["data"], { a: "line\nbreak" }, "data");
    expectThat(!rawOf(client, channel).includes("\n"), "a newline is in the push");
  }),
  ...[
    ["number", "7"],
    ["string", '"text"'],
    ["list", "[1,[]]"],
    ["false", "false"],
    ["empty-object", "{}"],
    ["unicode", '"жук 🐞"'],
  ].map(([id = "", text = ""]) =>
    must("1.3", `data-${id}`, `data may be ${text}`, async (scene) => {
      const channel = scene.channel("open");
      const client = await scene.joined(channel);
      await scene.api.publish(channel, JSON.parse(text));
      expectSame((await client.next("pub", channel))["data"], JSON.parse(text), "data");
    }),
  ),
  must("1.3", "numbers", "offsets are numbers", async (scene) => {
    const channel = scene.channel("stream");
    const client = await scene.joined(channel);
    await scene.api.publish(channel, 1);
    expectSame((await client.next("pub", channel))["offset"], 1, "offset");
  }),
  must("1.4", "binary-payload", "between protobuf clients payloads are any bytes", async (scene) => {
    scene.encoding = "protobuf";
    const channel = scene.channel("binary");
    const [one, other] = [await scene.joined(channel), await scene.connect()];
    const bytes = Buffer.from([0, 255, 254, 10, 0x7b]);
    await other.ok("publish", { channel, data: bytes });
    const { wire } = await one.nextPush("pub", channel);
    expectSame(
      (field(wire, "push", "pub", "data") as Buffer | undefined)?.toString("hex"),
      bytes.toString("hex"),
      "data",
    );
  }),
];
