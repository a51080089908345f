import { expect } from "bun:test";
import { memberAt } from "../../src/json-text/slices.ts";
import type { RawCentrifugo, RawPusher } from "../clients.ts";
import { pairs, wires, type BridgeCase, type Source } from "./case.ts";
import { brokenLines, centrifugoForms, clientForms, pusherForms, type CentrifugoForm } from "./forms.ts";
import type { World } from "./world.ts";

const channel = "private-kept:a";

/** What a frame of the Pusher wire says: its event, and its `data`, of a string the content. */
export interface PusherSaid {
  readonly event: string;
  readonly data: string;
}

export function pusherSaid(frame: string): PusherSaid {
  const { event } = JSON.parse(frame) as { event: string };
  const text = memberAt(frame, "data") ?? "";
  return { event, data: text.startsWith('"') ? (JSON.parse(text) as string) : text };
}

/** The text of each publication's data that came on the channel, by push, in order. */
export function textsHeard(ear: RawCentrifugo): string[] {
  return ear.lines().flatMap((line) => memberAt(line, "push", "pub", "data") ?? []);
}

/** The events that came on a channel, in order; the protocol's own are left out. */
export function eventsHeard(ear: RawPusher): PusherSaid[] {
  return ear.socket.frames.all
    .filter((frame) => frame.includes('"channel"') && !frame.includes("pusher_internal:subscription_"))
    .map(pusherSaid);
}

const end = { type: "the-end", data: 0 };

/** Waits for a last publication of the API, so that whatever came before has come. */
async function lastOf(world: World, ear: RawCentrifugo | RawPusher): Promise<void> {
  await world.centrifugoApi.publish(channel, end, { skip_history: true });
  await ear.socket.having(end.type);
}

async function pusherEar(world: World): Promise<RawPusher> {
  const ear = await world.rawPusher();
  await ear.join(channel);
  return ear;
}

async function centrifugoEar(world: World): Promise<RawCentrifugo> {
  const ear = await world.rawCentrifugo("ear");
  await ear.join(channel, "ear");
  return ear;
}

/** Publishes the text as it is, from Centrifugo's API or from one of its clients. */
async function publishText(world: World, from: Source, value: string): Promise<void> {
  if (from === "centrifugo-api") {
    const { text } = await world.centrifugoApi.post("publish", `{"channel":"${channel}","data":${value}}`);
    expect(text).toContain('"result"');
    return;
  }
  const mouth = await world.rawCentrifugo("mouth");
  await mouth.join(channel, "mouth");
  expect(await mouth.publish(channel, value)).toContain('"publish":{}');
}

function shown(text: string): string {
  const visible = text.replaceAll("\n", "␊").replaceAll("\r", "␍");
  return visible.length > 60 ? `${visible.slice(0, 57)}…` : visible;
}

const fromCentrifugo = pairs(["centrifugo", "centrifugo-api"] as const, centrifugoForms);
const fromCentrifugoLines = pairs(["centrifugo-api"] as const, brokenLines);

const toPusher = [...fromCentrifugo, ...fromCentrifugoLines].map(([from, form]): BridgeCase => ({
  rule: "B10",
  from,
  to: "pusher",
  name: `${shown(form.value)}: ${form.why}`,
  async run(world) {
    const ear = await pusherEar(world);
    await publishText(world, from, form.value);
    await lastOf(world, ear);
    const [said] = eventsHeard(ear);
    expect(said).toEqual({ event: nameOf(from, form), data: form.data });
  },
}));

function nameOf(from: Source, { event }: CentrifugoForm): string {
  return from === "centrifugo" ? `client-${event}` : event;
}

const backToCentrifugo = [...fromCentrifugo, ...fromCentrifugoLines].map(
  ([from, { value, why }]): BridgeCase => ({
    rule: "B10",
    from,
    to: "centrifugo",
    name: `${shown(value)} returns as it came: ${why}`,
    async run(world) {
      const ear = await centrifugoEar(world);
      await publishText(world, from, value);
      await lastOf(world, ear);
      expect(textsHeard(ear)[0]).toBe(value.replaceAll("\n", ""));
    },
  }),
);

const fromPusherApi = pairs(wires, pusherForms).map(([to, { data, value, why }]): BridgeCase => ({
  rule: "B10",
  from: "pusher-api",
  to,
  name: `data ${shown(data)}: ${why}${to === "pusher" ? ", as it came" : ""}`,
  async run(world) {
    const ear = to === "pusher" ? await pusherEar(world) : await centrifugoEar(world);
    expect((await world.pusherApi.publish(channel, "greet", data)).status).toBe(200);
    await lastOf(world, ear);
    if ("socketId" in ear) expect(eventsHeard(ear)[0]).toEqual({ event: "greet", data });
    else expect(textsHeard(ear)[0]).toBe(`{"type":"greet","data":${value}}`);
  },
}));

const fromPusherClients = pairs(wires, clientForms).map(([to, { sent, value, why }]): BridgeCase => ({
  rule: "B10",
  from: "pusher",
  to,
  name: `data ${shown(sent)}: ${why}${to === "pusher" ? ", as it came" : ""}`,
  async run(world) {
    const ear = to === "pusher" ? await pusherEar(world) : await centrifugoEar(world);
    const mouth = await pusherEar(world);
    mouth.sendText("client-greet", channel, sent);
    await mouth.answered();
    await lastOf(world, ear);
    if ("socketId" in ear) {
      const frame = ear.socket.frames.all.find((one) => one.includes('"client-greet"')) ?? "";
      const text = memberAt(frame, "data") ?? "";
      // Of a string the content is what a client sees, however its characters are spelt.
      if (sent.startsWith('"')) expect(JSON.parse(text)).toBe(JSON.parse(sent));
      else expect(text).toBe(sent);
    } else expect(textsHeard(ear)[0]).toBe(`{"type":"client-greet","data":${value}}`);
  },
}));

const eventNames = ["greet", "App\\Events\\Greeted", 'say "hi"', "привет 😀", "message", long(200)] as const;

function long(length: number): string {
  return "n".repeat(length);
}

const names = pairs(wires, eventNames).map(([to, name]): BridgeCase => ({
  rule: "B10",
  from: "pusher-api",
  to,
  name: `an event is called ${shown(name)} on both wires`,
  async run(world) {
    const ear = to === "pusher" ? await pusherEar(world) : await centrifugoEar(world);
    expect((await world.pusherApi.publish(channel, name, "1")).status).toBe(200);
    await lastOf(world, ear);
    if ("socketId" in ear) expect(eventsHeard(ear)[0]).toEqual({ event: name, data: "1" });
    else expect(JSON.parse(textsHeard(ear)[0] ?? "")).toEqual({ type: name, data: 1 });
  },
}));

/** B10: the forms of payloads, across and back. */
export const formCases: readonly BridgeCase[] = [
  ...toPusher,
  ...backToCentrifugo,
  ...fromPusherApi,
  ...fromPusherClients,
  ...names,
];
