import { describe, expect, test } from "bun:test";
import { type ChannelKey, nobody, userId } from "../../../core/ids.ts";
import { type Claim, type Found, type LostPlace, LostPlaces } from "./lost-places.ts";

const key = "1000 private-a" as ChannelKey;
const ann = userId("ann");

function place(offset: number, more: Partial<LostPlace> = {}): LostPlace {
  const position = { offset, epoch: "e" };
  return { key, user: ann, alone: false, handle: `1.${offset}`, position, claim: undefined, ...more };
}

function kept(limit = 100): { places: LostPlaces; evictions: () => number } {
  let evictions = 0;
  const evicted = (): void => {
    evictions += 1;
  };
  return { places: new LostPlaces({ limit, evicted }), evictions: () => evictions };
}

function claimOf(found: Found): Claim {
  if (found.kind !== "line") throw new Error(found.kind);
  return { line: found.line, generation: found.line.generation };
}

describe("above the limit", () => {
  test("of two places of a user one is forgotten: the other is not taken for the only one", () => {
    const { places, evictions } = kept(2);
    places.add(place(1), 30_000, 0);
    places.add(place(5), 31_000, 1_000);
    places.add(place(1, { user: userId("bob") }), 31_000, 1_000);
    expect(evictions()).toBe(1);
    expect(places.find({ key, user: ann, handle: "2.1" }, 2_000)).toEqual({ kind: "uncertain" });
    // Its time is over: what is left is certain.
    expect(places.find({ key, user: ann, handle: "2.1" }, 30_000)).toMatchObject({
      kind: "line",
      since: { offset: 5 },
    });
  });

  test("what is forgotten of others puts nobody in doubt", () => {
    const { places } = kept(1);
    const other = "1000 private-b" as ChannelKey;
    places.add(place(1, { key: other, user: userId("bob") }), 30_000, 0);
    places.add(place(3), 30_000, 0);
    expect(places.find({ key, user: ann, handle: "2.1" }, 1)).toMatchObject({ kind: "line" });
    expect(places.find({ key, user: userId("cid"), handle: "2.2" }, 1)).toEqual({ kind: "nothing" });
    expect(places.find({ key: other, user: userId("bob"), handle: "2.3" }, 1)).toEqual({ kind: "uncertain" });
    expect(places.find({ key: other, user: nobody, handle: "2.4" }, 1)).toEqual({ kind: "uncertain" });
  });

  test("100,000 places come and go, and leave nothing", () => {
    const { places, evictions } = kept(100_000);
    const lines = Array.from({ length: 150_000 }, (_, i) =>
      places.add(place(i, { key: `1000 private-${i}` as ChannelKey }), 30_000, 0),
    );
    expect([places.size, evictions()]).toEqual([100_000, 50_000]);
    for (const line of lines) places.sweep(line, 30_000);
    expect(places.size).toBe(0);
  });
});

test("cut off more often than spots are kept, a client still gets all since the farthest back that holds", () => {
  const { places } = kept();
  let lives = 0;
  /** Back at that time, given all since the farthest back, and lost again when it had got this far. */
  const again = (now: number, offset: number): void => {
    lives += 1;
    const claim = claimOf(places.find({ key, user: ann, handle: `2.${lives}` }, now));
    places.add(place(offset, { claim }), now + 30_000, now);
  };
  places.add(place(10), 30_000, 0);
  for (let i = 1; i < 15; i += 1) again(100 + i, 50);
  again(120, 10); // nothing arrived
  // The first runs out.
  again(30_000, 70);
  again(30_001, 10);
  const found = places.find({ key, user: ann, handle: "3.1" }, 30_125);
  expect(found).toMatchObject({ since: { offset: 10 } });
});
