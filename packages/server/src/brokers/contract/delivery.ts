import { expect, test } from "bun:test";
import { clientId, userId } from "../../core/ids.ts";
import type { ClientInfo, Draft } from "../../core/publication.ts";
import type { Abilities, OpenWorkbench } from "../contract.ts";
import {
  everything,
  hello,
  keptIn,
  keyOf,
  lobby,
  nothingKept,
  saying,
  Setting,
  times,
  wide,
} from "./bench.ts";

const info: ClientInfo = {
  user: userId("ünï:42"),
  client: clientId("c-1"),
  connInfo: '{"n":12345678901234567890}',
  chanInfo: undefined,
};

function sayingBytes(bytes: Uint8Array): Draft {
  return { ...hello, content: { kind: "bytes", bytes } };
}

const drafts: readonly (readonly [string, Draft])[] = [
  ["a JSON text", saying('{"n":1.0, "big":12345678901234567890}')],
  [
    "an event with JSON data, its publisher, tags an exception and the flag of deltas",
    {
      content: { kind: "event", name: "client-typing", data: "[1,  2]", quoted: false },
      by: info,
      tags: { kind: "é" },
      except: "1.2",
      delta: true,
    },
  ],
  [
    "an event with the content of a string",
    {
      content: { kind: "event", name: "e", data: 'a "b"\n', quoted: true },
      by: undefined,
      tags: undefined,
      except: undefined,
    },
  ],
  ["bytes of every value", sayingBytes(Uint8Array.from({ length: 256 }, (_, value) => value))],
  ["bytes that are a text and no JSON", sayingBytes(new TextEncoder().encode("ünï\ufeff"))],
  ["bytes that are JSON, and stay bytes", sayingBytes(new TextEncoder().encode('{"n":1.0}'))],
  ["no bytes", sayingBytes(new Uint8Array(0))],
  [
    "JSON of a publisher whose infos are bytes",
    { ...hello, by: { ...info, connInfo: Uint8Array.of(0, 255, 10), chanInfo: new Uint8Array(0) } },
  ],
];

export function deliveryContract(name: string, open: OpenWorkbench, can: Abilities): void {
  for (const [title, draft] of drafts) {
    test(`${name}: ${title} is delivered as it was published`, async () => {
      await using setting = await Setting.open(open);
      const { broker, ear } = await setting.node(lobby);
      expect(await broker.publish(lobby, draft, nothingKept)).toBeUndefined();
      await ear.until(() => ear.heard.length > 0);
      expect(ear.of(lobby)).toEqual([{ ...draft, position: undefined }]);
    });

    test.skipIf(!can.history)(`${name}: ${title} is kept as it was published`, async () => {
      await using setting = await Setting.open(open);
      const { broker, ear } = await setting.node(lobby);
      const position = await broker.publish(lobby, draft, keptIn(wide));
      await ear.until(() => ear.heard.length > 0);
      expect(ear.of(lobby)).toEqual([{ ...draft, position }]);
      const page = await broker.history(lobby, everything, wide);
      expect(page.publications).toEqual([{ ...draft, position }]);
    });
  }

  test(`${name}: what is published without history is heard in the order of one publisher`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    for (let index = 0; index < 20; index += 1) await broker.publish(lobby, saying(`${index}`), nothingKept);
    await ear.until(() => ear.heard.length === 20);
    expect(ear.of(lobby).map(({ content }) => content)).toEqual(times(20, (n) => saying(`${n}`).content));
  });

  test(`${name}: channels do not meet, whatever characters their names have`, async () => {
    await using setting = await Setting.open(open);
    const names = [
      "a",
      "a:",
      ":a",
      "a b",
      "{a}",
      "a*",
      "a?",
      "[a]",
      "a.b",
      "a.*",
      "a.>",
      "é\u0000\n",
      "$a#1,2",
    ];
    const { broker, ear } = await setting.node(...names.map(keyOf));
    for (const one of names) await broker.publish(keyOf(one), saying(JSON.stringify(one)), nothingKept);
    await ear.until(() => ear.heard.length >= names.length);
    await setting.bench.settled();
    for (const one of names)
      expect(ear.of(keyOf(one)).map(({ content }) => content)).toEqual([saying(JSON.stringify(one)).content]);
  });

  test.skipIf(!can.selective)(
    `${name}: a node hears the channels that it subscribes to, and no others`,
    async () => {
      await using setting = await Setting.open(open);
      const { broker, ear } = await setting.node(lobby, keyOf("left"));
      await broker.unsubscribe(keyOf("left"));
      await broker.publish(keyOf("left"), hello, nothingKept);
      await broker.publish(keyOf("never"), hello, nothingKept);
      await broker.publish(lobby, hello, nothingKept);
      await ear.until(() => ear.heard.length > 0);
      await setting.bench.settled();
      expect(ear.heard.map(({ key }) => key)).toEqual([lobby]);
    },
  );

  test(`${name}: a node that unsubscribes and subscribes again without waiting hears the channel`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    await Promise.all([broker.unsubscribe(lobby), broker.subscribe(lobby)]);
    await broker.publish(lobby, hello, nothingKept);
    await ear.until(() => ear.heard.length > 0);
    expect(ear.of(lobby)).toHaveLength(1);
  });

  test(`${name}: a node that has closed hears nothing`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    await broker.publish(lobby, hello, nothingKept);
    await ear.until(() => ear.heard.length > 0);
    await broker.close();
    if (can.nodes === "many") await (await setting.node()).broker.publish(lobby, hello, nothingKept);
    await setting.bench.settled();
    expect(ear.heard).toHaveLength(1);
  });

  test.skipIf(can.nodes === "one")(
    `${name}: every node that subscribes hears what any node publishes`,
    async () => {
      await using setting = await Setting.open(open);
      const nodes = [await setting.node(lobby), await setting.node(lobby), await setting.node(lobby)];
      for (const { broker } of nodes) await broker.publish(lobby, hello, nothingKept);
      for (const { ear } of nodes) {
        await ear.until(() => ear.heard.length >= 3);
        expect(ear.of(lobby)).toHaveLength(3);
      }
    },
  );
}
