import { describe, expect, test } from "bun:test";
import { pusherGrammar } from "./channel-name.ts";

describe("the prefix of a name (B1)", () => {
  const rows: [name: string, kind: string, length: number, traits: string][] = [
    ["private-a", "closed", 8, ""],
    ["private-cache-a", "closed", 14, "cache"],
    ["private-encrypted-a", "closed", 18, "encrypted"],
    ["private-encrypted-cache-a", "closed", 24, "cache encrypted"],
    ["presence-a", "closed", 9, "presence"],
    ["presence-cache-a", "closed", 15, "presence cache"],
    ["presence-encrypted-a", "closed", 9, "presence"],
    ["cache-a", "open", 6, "cache"],
    ["private-", "closed", 8, ""],
    ["#server-to-user-7", "user", 16, ""],
    ["#other", "open", 0, ""],
    ["a", "open", 0, ""],
    ["", "open", 0, ""],
    ["private", "open", 0, ""],
    ["my-private-a", "open", 0, ""],
    ["my-cache-a", "open", 0, ""],
    ["Private-a", "open", 0, ""],
    ["PRESENCE-a", "open", 0, ""],
    ["cache", "open", 0, ""],
  ];
  test.each(rows)("%p is %s, %p characters, %p", (name, kind, length, traits) => {
    const prefix = pusherGrammar.prefix(name);
    const said = (["presence", "cache", "encrypted"] as const).filter((trait) => prefix[trait]);
    expect([prefix.kind as string, prefix.length, said.join(" ")]).toEqual([kind, length, traits]);
  });
});

describe("names that Pusher clients can reach (B1)", () => {
  const rows: [name: string, namespace: string | undefined, reached: boolean][] = [
    ["abcXYZ019_=@,.;-", undefined, true],
    ["a", undefined, true],
    ["", undefined, false],
    ["n".repeat(200), undefined, true],
    ["n".repeat(201), undefined, false],
    ["a b", undefined, false],
    ["a/b", undefined, false],
    ["a#b", undefined, false],
    ["$a", undefined, false],
    ["a\n", undefined, false],
    ["é", undefined, false],
    ["vms:a", "vms", true],
    ["vms:", "vms", true],
    ["vms:a", undefined, false],
    ["vms:a:b", "vms", false],
    ["vms:a/b", "vms", false],
    ["private-vms:a", "private-vms", true],
    [":a", undefined, false],
    ["#server-to-user-7", undefined, true],
    ["#server-to-user-a:b c", undefined, true],
    ["#server-to-user-", undefined, false],
    ["#server-to-user-é", undefined, false],
    [`#server-to-user-${"u".repeat(200)}`, undefined, true],
    [`#server-to-user-${"u".repeat(201)}`, undefined, false],
    ["#other", undefined, false],
  ];
  test.each(rows)("%p in namespace %p: %p", (name, namespace, reached) => {
    expect(pusherGrammar.reaches(name, namespace)).toBe(reached);
  });
});
