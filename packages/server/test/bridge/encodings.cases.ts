import { expect } from "bun:test";
import { memberAt } from "../../src/json-text/slices.ts";
import type { CentrifugeClient, Client } from "../clients.ts";
import { apis, pairs, type BridgeCase, type Source } from "./case.ts";
import { metered } from "./config.ts";
import { brokenLines, centrifugoForms, pusherForms } from "./forms.ts";
import { nameAt } from "./publishing.cases.ts";
import type { World } from "./world.ts";

/** The three ways in which a client speaks. */
const kinds = ["pusher", "json", "protobuf"] as const;
type Kind = (typeof kinds)[number];

const channel = "private-kept:a";

function wireOf(kind: Kind): "pusher" | "centrifugo" {
  return kind === "pusher" ? kind : "centrifugo";
}

async function connect(world: World, kind: Kind, user: string): Promise<Client> {
  return kind === "pusher" ? world.pusher({ user }) : world.centrifugo({ user, encoding: kind });
}

/** A client of each kind that has joined the channel. */
async function earsOn(world: World, name: string): Promise<readonly (readonly [Kind, Client])[]> {
  const ears: (readonly [Kind, Client])[] = [];
  for (const kind of kinds) {
    const ear = await connect(world, kind, `${kind}-ear`);
    expect(await ear.join(name)).toBe("done");
    ears.push([kind, ear]);
  }
  return ears;
}

/** Publishes as a client of a kind, or over an API. */
async function say(
  world: World,
  from: Kind | (typeof apis)[number],
  name: string,
  data: unknown,
): Promise<void> {
  if (from === "pusher-api" || from === "centrifugo-api") {
    await world.speak(from, name, "greet", data);
    return;
  }
  const mouth = await connect(world, from, "mouth");
  expect(await mouth.join(name)).toBe("done");
  expect(await mouth.say(name, "greet", data)).toBe("done");
}

function sourceOf(from: Kind | (typeof apis)[number]): Source {
  return from === "json" || from === "protobuf" ? "centrifugo" : from;
}

const data = { n: 1.5, s: "привет 😀", deep: [null, { a: true }] };

const together = pairs([...kinds, ...apis] as const, [channel, "presence-kept:a", "private-a"] as const).map(
  ([from, name]): BridgeCase => ({
    rule: "B10",
    from: sourceOf(from),
    to: "centrifugo",
    name: `what ${from} says on ${name} is heard by clients of Pusher, JSON and protobuf alike`,
    async run(world) {
      const ears = await earsOn(world, name);
      await say(world, from, name, data);
      for (const [kind, ear] of ears) {
        const event =
          from === "pusher" || from === "json" || from === "protobuf"
            ? nameAt(wireOf(kind), wireOf(from), "greet")
            : "greet";
        expect((await world.heardBy(ear, name)).map((heard) => [heard.event, heard.data])).toEqual([
          [event, data],
        ]);
      }
    },
  }),
);

const moves = kinds.map((from): BridgeCase => ({
  rule: "B7",
  from: wireOf(from),
  to: "centrifugo",
  name: `a client of ${from} comes and goes before the eyes of Pusher, JSON and protobuf alike`,
  async run(world) {
    const name = "presence-kept:a";
    const ears = await earsOn(world, name);
    const guest = await connect(world, from, "guest");
    await guest.join(name);
    for (const [kind, ear] of ears)
      if (kind !== "pusher") {
        const present = await (ear as CentrifugeClient).presence(name);
        expect(
          Object.values(present)
            .map(({ user }) => user as string)
            .sort(),
        ).toEqual(["guest", "json-ear", "protobuf-ear", "pusher-ear"]);
      }
    await guest.leave(name);
    for (const [, ear] of ears) {
      const told = await world.movesToldTo(ear, name);
      expect(told.filter((move) => move.endsWith("guest"))).toEqual(["join guest", "leave guest"]);
    }
  },
}));

const recoveries = pairs([...kinds, ...apis] as const, ["json", "protobuf"] as const).map(
  ([from, to]): BridgeCase => ({
    rule: "B10",
    from: sourceOf(from),
    to: "centrifugo",
    name: `what ${from} said is recovered and read as history in ${to}`,
    async run(world) {
      await say(world, from, channel, data);
      const late = await world.centrifugo({ user: "late", encoding: to });
      const context = await late.subscribe(channel, { recoverFrom: { offset: 0, epoch: "" } });
      expect(context).toMatchObject({ wasRecovering: true, recovered: true });
      const type = from === "pusher" ? "client-greet" : "greet";
      expect(await late.heard.next()).toMatchObject({ event: type, data });
      expect(await late.history(channel)).toEqual([{ type, data }]);
    },
  }),
);

/** The bytes of each publication's data that a protobuf client hears, as text. */
async function heardText(world: World, publish: () => Promise<unknown>): Promise<string> {
  const ear = await world.centrifugo({ user: "ear", encoding: "protobuf" });
  await ear.join(channel);
  const heard = new Promise<string>((resolve) => {
    ear.subscriptions.get(channel)?.on("publication", (publication) => {
      resolve(new TextDecoder("utf-8", { fatal: true }).decode(publication.data as Uint8Array));
    });
  });
  await publish();
  return heard;
}

const exactToProtobuf: readonly BridgeCase[] = [
  ...[...centrifugoForms, ...brokenLines].map(({ value, why }): BridgeCase => ({
    rule: "B10",
    from: "centrifugo-api",
    to: "centrifugo",
    name: `${JSON.stringify(value.slice(0, 60))} reaches protobuf byte for byte: ${why}`,
    async run(world) {
      const publish = (): Promise<unknown> =>
        world.centrifugoApi.post("publish", `{"channel":"${channel}","data":${value}}`);
      expect(await heardText(world, publish)).toBe(value);
    },
  })),
  ...pusherForms.map(({ data: sent, value, why }): BridgeCase => ({
    rule: "B10",
    from: "pusher-api",
    to: "centrifugo",
    name: `data ${JSON.stringify(sent)} in protobuf: ${why}`,
    async run(world) {
      const publish = (): Promise<unknown> => world.pusherApi.publish(channel, "greet", sent);
      expect(await heardText(world, publish)).toBe(`{"type":"greet","data":${value}}`);
    },
  })),
];

const exactFromProtobuf = centrifugoForms.map(({ value, event, data: content, why }): BridgeCase => ({
  rule: "B10",
  from: "centrifugo",
  to: "pusher",
  name: `${JSON.stringify(value.slice(0, 60))} from protobuf, to protobuf, JSON and Pusher: ${why}`,
  async run(world) {
    const [pusher, json] = [await world.rawPusher(), await world.rawCentrifugo("ear")];
    for (const ear of [pusher, json]) await ear.join(channel, "ear");
    const mouth = await world.centrifugo({ user: "mouth", encoding: "protobuf" });
    await mouth.join(channel);
    const publish = (): Promise<unknown> => mouth.publish(channel, new TextEncoder().encode(value));
    expect(await heardText(world, publish)).toBe(value);
    const push = await json.socket.having('"pub"');
    expect(memberAt(push, "push", "pub", "data")).toBe(value);
    const frame = await pusher.socket.having('"event":"client-');
    expect(JSON.parse(frame)).toMatchObject({ event: `client-${event}`, data: content });
  },
}));

const counted: BridgeCase = {
  rule: "B9",
  from: "centrifugo",
  to: "centrifugo-api",
  name: "a channel with subscribers in JSON and in protobuf is one channel of the wire",
  config: metered,
  async run(world) {
    const clients = [
      await world.centrifugo({ encoding: "json" }),
      await world.centrifugo({ encoding: "protobuf" }),
    ];
    const channels = (): Promise<number> => world.metric("twinwire_channels", "centrifugo");
    for (const client of clients) {
      expect(await client.join("lobby")).toBe("done");
      expect(await channels()).toBe(1);
    }
    for (const [index, client] of clients.entries()) {
      await client.leave("lobby");
      expect(await channels()).toBe(1 - index);
    }
  },
};

const noJson = Uint8Array.of(0, 255, 254, 123);

const bytes: readonly BridgeCase[] = [
  ...(["private-a", "talk:a", "presence-kept:a"] as const).map((name): BridgeCase => ({
    rule: "B12",
    from: "centrifugo",
    to: "pusher",
    name: `a client's bytes on ${name} are refused (107), and nobody is closed`,
    async run(world) {
      const ears = await earsOn(world, name);
      const mouth = await world.centrifugo({ user: "mouth", encoding: "protobuf" });
      await mouth.join(name);
      expect(await mouth.publish(name, noJson)).toBe(107);
      expect(await mouth.publish(name, new Uint8Array(0))).toBe(107);
      for (const [, ear] of ears) expect(await world.heardBy(ear, name)).toEqual([]);
    },
  })),
  ...(["bytes:a", "private-bytes:a"] as const).map((name): BridgeCase => ({
    rule: "B12",
    from: "centrifugo",
    to: "centrifugo",
    name: `on ${name} of a binary namespace a client's bytes reach protobuf clients as they are, and close JSON ones (3506)`,
    async run(world) {
      const [ear, json] = [
        await world.centrifugo({ encoding: "protobuf" }),
        await world.centrifugo({ encoding: "json" }),
      ];
      for (const client of [ear, json]) expect(await client.join(name)).toBe("done");
      const mouth = await world.centrifugo({ user: "mouth", encoding: "protobuf" });
      await mouth.join(name);
      expect(await mouth.publish(name, noJson)).toBe("done");
      expect(new Uint8Array((await ear.heard.next()).data as Uint8Array)).toEqual(noJson);
      expect((await json.closed).code).toBe(3506);
    },
  })),
  {
    rule: "B12",
    from: "centrifugo",
    to: "centrifugo",
    name: "JSON from protobuf on a binary namespace is JSON for a JSON client",
    async run(world) {
      const json = await world.centrifugo({ encoding: "json" });
      await json.join("bytes:a");
      const mouth = await world.centrifugo({ user: "mouth", encoding: "protobuf" });
      await mouth.join("bytes:a");
      expect(await mouth.say("bytes:a", "greet", 1)).toBe("done");
      expect(await json.heard.next()).toMatchObject({ event: "greet", data: 1 });
    },
  },
  ...(["lobby", "private-a"] as const).map((name): BridgeCase => ({
    rule: "B12",
    from: "centrifugo-api",
    to: "centrifugo",
    name: `bytes that the API publishes to ${name} reach protobuf subscribers as they are`,
    async run(world) {
      const ear = await world.centrifugo({ encoding: "protobuf" });
      await ear.join(name);
      const b64data = Buffer.from(noJson).toString("base64");
      expect((await world.centrifugoApi.call("publish", { channel: name, b64data })).text).toContain(
        '"result"',
      );
      expect(new Uint8Array((await ear.heard.next()).data as Uint8Array)).toEqual(noJson);
    },
  })),
  {
    rule: "B12",
    from: "centrifugo-api",
    to: "centrifugo",
    name: "bytes in history are read in protobuf, and close who reads them in JSON (3506)",
    async run(world) {
      const b64data = Buffer.from(noJson).toString("base64");
      await world.centrifugoApi.call("publish", { channel: "kept:a", b64data });
      const [binary, json] = [
        await world.centrifugo({ encoding: "protobuf" }),
        await world.centrifugo({ encoding: "json" }),
      ];
      const [publication] = (await binary.history("kept:a")) as readonly Uint8Array[];
      expect(new Uint8Array(publication ?? [])).toEqual(noJson);
      void json.history("kept:a").catch(() => undefined);
      expect((await json.closed).code).toBe(3506);
    },
  },
  {
    rule: "B7",
    from: "centrifugo",
    to: "pusher",
    name: "an info in bytes is nothing that a Pusher member is shown",
    async run(world) {
      const guest = await world.centrifugo({
        user: "ann",
        claims: { b64info: Buffer.from(noJson).toString("base64") },
      });
      await guest.join("presence-a");
      const ear = await world.pusher({ user: "ear" });
      await ear.join("presence-a");
      expect(ear.members("presence-a")).toEqual({ ann: null, ear: null });
      await guest.leave("presence-a");
      expect(await world.movesToldTo(ear, "presence-a")).toEqual(["leave ann"]);
    },
  },
];

/** Three kinds of client on one channel: Pusher, Centrifugo in JSON, Centrifugo in protobuf. */
export const encodingCases: readonly BridgeCase[] = [
  ...together,
  ...moves,
  ...recoveries,
  ...exactToProtobuf,
  ...exactFromProtobuf,
  counted,
  ...bytes,
];
