import { describe, expect, test } from "bun:test";
import { ChannelNaming, plainGrammar, type NameGrammar, type Prefix } from "./channel-name.ts";
import { testNamespace } from "./testing/namespace.ts";

/** A grammar of two prefixes: what matters here is what the namespace table makes of them. */
const grammar: NameGrammar = {
  prefix(name): Prefix {
    const plain = { presence: false, cache: false, encrypted: false };
    if (name.startsWith("private-")) return { kind: "closed", length: 8, ...plain };
    if (name.startsWith("#server-to-user-")) return { kind: "user", length: 16, ...plain };
    return { kind: "open", length: 0, ...plain };
  },
  reaches: (name, namespace) => !name.includes(":") || namespace !== undefined,
};

function naming(given: { grammar?: NameGrammar; prefixes?: Record<string, string> } = {}): ChannelNaming {
  const names = ["vms", "private-only", "rooms", "limited", "strict"];
  const options = new Map([
    ["limited", testNamespace({ name: "limited", userLimited: true })],
    ["strict", testNamespace({ name: "strict", pattern: /^[0-9]+$/ })],
  ]);
  return new ChannelNaming({
    namespaces: new Map(names.map((name) => [name, options.get(name) ?? testNamespace({ name })] as const)),
    withoutNamespace: testNamespace(),
    prefixes: new Map(Object.entries(given.prefixes ?? {})),
    privatePrefix: "$",
    boundary: ":",
    userBoundary: "#",
    userSeparator: ",",
    grammar: given.grammar ?? grammar,
  });
}

describe("the namespace of a name (B1)", () => {
  const rows: [name: string, namespace: string | undefined][] = [
    ["vms:1", "vms"],
    ["vms:a:b", "vms"],
    ["$vms:1", "vms"],
    ["private-vms:1", "vms"],
    ["private-only:1", "private-only"],
    ["private-nowhere:1", undefined],
    ["nowhere:1", undefined],
    [":1", undefined],
    ["lobby", ""],
    ["private-lobby", ""],
    ["private-user.7", "vms"],
    ["private-user.boss.7", "rooms"],
    ["xprivate-user.7", ""],
    ["#server-to-user-a:b", ""],
  ];
  test.each(rows)("%s is in %p", (name, namespace) => {
    const prefixes = { "private-user.": "vms", "private-user.boss.": "rooms" };
    expect(naming({ prefixes }).traits(name)?.namespace.name).toBe(namespace as string);
  });
});

test("prefixes mean nothing without apps", () => {
  const traits = naming({ grammar: plainGrammar }).traits("private-x");
  expect(traits?.kind).toBe("open");
  expect(traits?.bridged).toBe(false);
});

test("a user's channel names its owner", () => {
  const traits = naming().traits("#server-to-user-7:x");
  expect(traits?.kind).toBe("user");
  expect(traits?.owner as string).toBe("7:x");
});

test("user-limited names name their users, in namespaces that have such channels", () => {
  expect(naming().traits("limited:room#1,22")?.allowedUsers).toEqual(["1", "22"]);
  expect(naming().traits("limited:a#b#3")?.allowedUsers).toEqual(["3"]);
  expect(naming().traits("limited:room")?.allowedUsers).toBeUndefined();
  expect(naming().traits("vms:room#1")?.allowedUsers).toBeUndefined();
});

test("a name has to fit its namespace's pattern, or be ASCII", () => {
  expect(naming().traits("strict:12")?.wellFormed).toBe(true);
  expect(naming().traits("strict:x")?.wellFormed).toBe(false);
  expect(naming().traits("vms:ä")?.wellFormed).toBe(false);
  expect(naming().traits("vms:a")?.wellFormed).toBe(true);
});
