import { oneOf, type Random } from "./random.ts";

const intruders = [
  "null",
  "[]",
  "{}",
  '""',
  "-1",
  "1e999",
  "99999999999999999999",
  "true",
  '"__proto__"',
  "\\ud800",
  "\u0000",
  "\n",
  '"',
  "\\",
  "\u2028",
  "🦊",
  "%00",
  "\ufeff",
] as const;

/** A text with one to four faults. */
export function mutated(good: string, random: Random): string {
  let text = good;
  for (let faults = 1 + random(4); faults > 0; faults -= 1) {
    const at = random(text.length + 1);
    switch (random(6)) {
      case 0:
        text = text.slice(0, at);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(at + 1 + random(5));
        break;
      case 2:
        text = text.slice(0, at) + oneOf(random, intruders) + text.slice(at);
        break;
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random(0x250)) + text.slice(at + 1);
        break;
      case 4:
        text = text.slice(0, at) + text.slice(random(text.length + 1));
        break;
      default:
        // A part that stands there twice.
        text = text.slice(0, at) + text.slice(Math.max(0, at - 1 - random(40)));
    }
  }
  return text;
}

const values = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 53,
  1e300,
  "",
  "__proto__",
  "constructor",
  "private-a",
  "presence-a",
  "cache-a",
  "#server-to-user-1",
  "chat:a",
  "pusher:error",
  "client-x",
  "\u0000\ud800",
  "é".repeat(100),
  "x".repeat(5_000),
  "1.1",
  [],
  [[]],
  ["a", "a"],
  [null, {}, 7],
  {},
  { __proto__: null, channel: "news" },
  { channel: { channel: {} } },
] as const;

/** JSON that still is JSON: one of its values, however deep, has become another. Of other text, a mutation. */
export function twisted(good: string, random: Random): string {
  const places = good.match(/"[a-z_0-9]+":/gi) ?? [];
  const chosen = places[random(Math.max(1, places.length))];
  const value = oneOf<unknown>(random, values);
  try {
    const changed: unknown = JSON.parse(good, (key, old: unknown) => (`"${key}":` === chosen ? value : old));
    return JSON.stringify(changed);
  } catch {
    return mutated(good, random);
  }
}

/** A member that stands there twice, with another value the second time. */
function doubled(good: string, random: Random): string {
  const at = good.lastIndexOf("}");
  const [place = '"channel":'] = good.match(/"[a-z_]+":/g)?.slice(random(3)) ?? [];
  return `${good.slice(0, at)},${place}${JSON.stringify(oneOf<unknown>(random, values))}}`;
}

/** Deep inside of lists or objects. */
function buried(good: string, random: Random): string {
  const depth = 1 + random(400);
  const [open, close] = random(2) === 0 ? ["[", "]"] : ['{"data":', "}"];
  return open.repeat(depth) + good + close.repeat(depth);
}

/** Something wrong with it, most of the time. */
export function spoilt(good: string, random: Random): string {
  const way = random(40);
  if (way < 18) return mutated(good, random);
  if (way < 34) return twisted(good, random);
  if (way < 37) return doubled(good, random);
  return way < 38 ? buried(good, random) : good;
}
