import { describe, expect, test } from "bun:test";
import { eachMember, elements, isJson, member, memberAt, oneLine } from "./slices.ts";

describe("member", () => {
  const rows: [text: string, key: string, value: string | undefined][] = [
    ['{"data":1.0}', "data", "1.0"],
    ['{"data":12345678901234567890}', "data", "12345678901234567890"],
    ['{ "a" : [1, {"data":2}] , "data" : "x" }', "data", '"x"'],
    ['{"data":{"deep":{"data":1}},"z":0}', "data", '{"deep":{"data":1}}'],
    ['{"a":"\\"data\\":1","data":true}', "data", "true"],
    ['{"a":"ends with a backslash \\\\","data":null}', "data", "null"],
    ['{"a":"]}","data":[ "]" , "}" ]}', "data", '[ "]" , "}" ]'],
    ['{"d\\u0061ta":5}', "data", "5"],
    ['{"data":1,"data":2}', "data", "2"],
    ['{"a":1}', "data", undefined],
    ["{}", "data", undefined],
    ["[1]", "data", undefined],
    ['\n\t {"data":\r\n-1e5\n}', "data", "-1e5"],
    ['{"":7}', "", "7"],
    ['{"__proto__":8}', "__proto__", "8"],
  ];
  test.each(rows)("of %s, %s is %s", (text, key, value) => {
    expect(member(text, key)).toBe(value);
  });

  test("agrees with JSON.parse on random objects, member by member", () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const words = ['"', "\\", "a", "é", "\u2028", "{", "]", ",", ":", "\n", "日"];
    const text = (): string => Array.from({ length: random(6) }, () => words[random(words.length)]).join("");
    const value = (depth: number): unknown => {
      switch (random(depth > 3 ? 4 : 6)) {
        case 0:
          return random(1000) / 8;
        case 1:
          return text();
        case 2:
          return random(2) === 0;
        case 3:
          return null;
        case 4:
          return Array.from({ length: random(4) }, () => value(depth + 1));
        default:
          return Object.fromEntries(Array.from({ length: random(4) }, () => [text(), value(depth + 1)]));
      }
    };
    for (let i = 0; i < 2_000; i += 1) {
      const object = { first: value(0), second: value(0), ["k" + text()]: value(0) };
      const printed = JSON.stringify(object, undefined, random(2) === 0 ? undefined : 1);
      const found: Record<string, unknown> = {};
      eachMember(printed, (key, slice) => {
        found[key] = JSON.parse(slice);
      });
      expect(found).toEqual(object);
    }
  });
});

test("memberAt goes down a path, and nowhere where there is none", () => {
  const frame = '{"id":1,"publish":{"channel":"c","data":{"n":1.0}}}';
  expect(memberAt(frame, "publish", "data")).toBe('{"n":1.0}');
  expect(memberAt(frame, "publish", "data", "n")).toBe("1.0");
  expect(memberAt(frame, "subscribe", "data")).toBeUndefined();
});

test("elements are the texts between the commas", () => {
  expect(elements(' [ 1.0, "a,b" ,[2,3],{"x":[4]} ] ')).toEqual(["1.0", '"a,b"', "[2,3]", '{"x":[4]}']);
  expect(elements("[]")).toEqual([]);
  expect(elements("{}")).toEqual([]);
});

test("oneLine drops what would split a frame, and nothing else", () => {
  expect(oneLine('{\n  "a": "\\n"\n}')).toBe('{  "a": "\\n"}');
});

test("isJson", () => {
  expect(isJson('"x"')).toBe(true);
  expect(isJson("x")).toBe(false);
  expect(isJson("")).toBe(false);
});
