// Whatever stands on the wire, decoding answers. And what an old app delivers, ours delivers.
import { describe, expect, test } from "bun:test";

import { decodePush } from "../src/push/decode.ts";
import { appPushWire, intercomPushWire } from "../src/push/wire.ts";
import { eventNames } from "../src/push/push-types.ts";
import { android } from "./decoders/android.ts";
import { ios } from "./decoders/ios.ts";
import { appRows, intercomRows } from "./decoders/rows.ts";
import type { AppRow, IntercomRow } from "./decoders/rows.ts";

/** The same numbers on every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

const wires = [
  ...appRows.map((row: AppRow) => appPushWire(row.type, row.data, row.meta)),
  ...intercomRows.map((row: IntercomRow) => intercomPushWire(row.type, row.fields)),
];

const oddities: readonly unknown[] = [
  null,
  [],
  {},
  "",
  "x",
  "7",
  0,
  -1,
  1.5,
  1e308,
  true,
  false,
  [[]],
  { id: {} },
  "__proto__",
  { constructor: 1 },
  [null],
  JSON.parse('{"__proto__":{"id":1},"toString":1,"data":{"type":"logout"}}') as unknown,
];

/** A copy in which some values, at any depth, have become others. */
function mutated(value: unknown, change: (value: unknown, key: string) => unknown, key = ""): unknown {
  const changed = change(value, key);
  if (changed !== value) return changed;
  if (Array.isArray(value)) return value.map((item) => mutated(item, change, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mutated(item, change, name)]));
}

describe("hostile input", () => {
  test("pushes with values of any kind in any place are answered, never thrown over", () => {
    const random = seeded(4);
    const kinds = new Set<string>();
    for (let round = 0; round < 4000; round += 1) {
      const wire = pick(random, wires);
      const data = mutated(wire.data, (value) => (random() < 0.08 ? pick(random, oddities) : value));
      const event =
        random() < 0.9 ? wire.event : pick(random, [...Object.values(eventNames), "x", "pusher:x"]);
      const incoming = {
        channel: "private-user.1",
        event,
        data: random() < 0.5 ? JSON.stringify(data) : data,
      };
      const decoded = decodePush(incoming, { baseUrl: "https://vms.example.com" });
      kinds.add(decoded.kind);
      if (decoded.kind === "fault") expect(decoded.fault.issues.length).toBeGreaterThan(0);
    }
    expect([...kinds].sort()).toEqual(["app", "fault", "ignored", "intercom"]);
  });

  test.each(["", "{", "null", "7", '"text"', "[]", '{"data":{"type":"__proto__"}}', '{"type":"toString"}'])(
    "the text %p is answered under every name",
    (data) => {
      for (const event of [...Object.values(eventNames), ""]) {
        expect(decodePush({ channel: "", event, data }).kind).toMatch(/^(app|intercom|fault)$/);
      }
    },
  );

  test.each([undefined, 7, true, () => 1, Symbol("s"), new Date(Number.NaN)])(
    "the value %p is answered",
    (data) => {
      for (const event of Object.values(eventNames)) {
        expect(decodePush({ channel: "", event, data }).kind).toBe("fault");
      }
    },
  );

  test("text nested without end is answered", () => {
    const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    const data = `{"data":{"type":"mark_created","data":{"id":1,"new":${deep}}}}`;
    expect(decodePush({ channel: "", event: eventNames.userPush, data }).kind).toBe("app");
  });
});

describe("no push that an old app delivers is a fault to us", () => {
  const needed = new Set(["id", "call_id", "camera_id", "type", "data", "subject"]);
  test("whatever optional field is missing, null, or in the scalars that Gson bends", () => {
    const random = seeded(8);
    let delivered = 0;
    for (let round = 0; round < 4000; round += 1) {
      const wire = pick(random, wires);
      const data = mutated(wire.data, (value, key) => {
        if (random() > 0.15) return value;
        if (typeof value === "number") return String(value);
        if (typeof value === "boolean") return String(value);
        return needed.has(key) || key === "" || Array.isArray(value) ? value : null;
      });
      for (const channel of ["private-user.42", "private-token.a1"]) {
        const incoming = { channel, event: wire.event, data: JSON.stringify(data) };
        if (!android(incoming).delivered && !ios(incoming).delivered) continue;
        delivered += 1;
        const ours = decodePush(incoming);
        if (ours.kind === "fault") throw new Error(`${ours.fault.path}: ${ours.fault.message}`);
        expect(ours.kind).toMatch(/^(app|intercom)$/);
      }
    }
    expect(delivered).toBeGreaterThan(2000);
  });
});
