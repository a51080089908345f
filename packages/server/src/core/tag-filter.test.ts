import { describe, expect, test } from "bun:test";
import { TagFilter, type FilterNode } from "./tag-filter.ts";

const empty: FilterNode = { op: "", key: "", cmp: "", val: "", vals: [], nodes: [] };
const leaf = (key: string, cmp: string, val: string | readonly string[] = ""): FilterNode =>
  typeof val === "string" ? { ...empty, key, cmp, val } : { ...empty, key, cmp, vals: val };
const group = (op: string, ...nodes: FilterNode[]): FilterNode => ({ ...empty, op, nodes });

const tags = { ticker: "BTC", price: "10.5", none: "", big: "12345678901234567890.1", text: "ten" };

type Row = readonly [node: FilterNode, admits: boolean];
const rows: readonly Row[] = [
  [leaf("ticker", "eq", "BTC"), true],
  [leaf("ticker", "eq", "btc"), false],
  [leaf("absent", "eq", "BTC"), false],
  [leaf("ticker", "neq", "BTC"), false],
  [leaf("ticker", "neq", "ETH"), true],
  [leaf("absent", "neq", "ETH"), true],
  [leaf("ticker", "in", ["ETH", "BTC"]), true],
  [leaf("ticker", "in", ["ETH"]), false],
  [leaf("absent", "in", ["ETH"]), false],
  [leaf("absent", "in", [""]), true],
  [leaf("ticker", "nin", ["ETH"]), true],
  [leaf("ticker", "nin", ["BTC"]), false],
  [leaf("absent", "nin", ["ETH"]), true],
  [leaf("absent", "nin", [""]), false],
  [leaf("none", "ex"), true],
  [leaf("absent", "ex"), false],
  [leaf("toString", "ex"), false],
  [leaf("none", "nex"), false],
  [leaf("absent", "nex"), true],
  [leaf("ticker", "sw", "BT"), true],
  [leaf("ticker", "sw", "TC"), false],
  [leaf("ticker", "ew", "TC"), true],
  [leaf("absent", "ew", "TC"), false],
  [leaf("ticker", "ct", "T"), true],
  [leaf("ticker", "ct", "x"), false],
  [leaf("price", "lt", "10.6"), true],
  [leaf("price", "lt", "9"), false],
  [leaf("price", "lt", "10.5"), false],
  [leaf("price", "lte", "10.50"), true],
  [leaf("price", "gt", "-11"), true],
  [leaf("price", "gt", "10.5"), false],
  [leaf("price", "gte", "+10.5"), true],
  // Exact where a floating number is not.
  [leaf("big", "gt", "12345678901234567890.09"), true],
  [leaf("big", "gt", "12345678901234567890.1"), false],
  [leaf("big", "gt", "12345678901234567890.0999999999999999999"), true],
  [leaf("text", "lt", "11"), false],
  [leaf("text", "gte", "0"), false],
  [leaf("price", "lt", "ten"), false],
  [leaf("price", "lt", "1e3"), false],
  [leaf("absent", "lt", "11"), false],
  [group("and", leaf("ticker", "ex"), leaf("price", "gt", "10")), true],
  [group("and", leaf("ticker", "ex"), leaf("price", "gt", "11")), false],
  [group("or", leaf("ticker", "nex"), leaf("price", "gt", "10")), true],
  [group("or", leaf("ticker", "nex"), leaf("price", "gt", "11")), false],
  [group("not", leaf("ticker", "eq", "BTC")), false],
  [group("not", group("or", leaf("a", "ex"), leaf("b", "ex"))), true],
];

test.each(rows)("%j lets the tags through: %p", (node, admits) => {
  expect(TagFilter.of(node)?.admits(tags)).toBe(admits);
});

const deep = (depth: number): FilterNode => {
  let node = leaf("a", "ex");
  for (let level = 1; level < depth; level += 1) node = group("not", node);
  return node;
};
const wide = (values: number): FilterNode =>
  leaf(
    "a",
    "in",
    Array.from({ length: values }, (_, index) => String(index)),
  );

describe("not well formed:", () => {
  test.each<readonly [string, FilterNode]>([
    ["nothing", empty],
    ["no comparison", { ...empty, key: "a", val: "b" }],
    ["no key", leaf("", "eq", "b")],
    ["no value", leaf("a", "eq")],
    ["values for one", { ...leaf("a", "eq", "b"), vals: ["c"] }],
    ["no values", leaf("a", "in")],
    ["one value for many", { ...leaf("a", "in", ["b"]), val: "c" }],
    ["a value for none", leaf("a", "ex", "b")],
    ["a comparison that is not known", leaf("a", "like", "b")],
    ["a comparison by the name of a method", leaf("a", "toString", "b")],
    ["a group that is not known", group("xor", leaf("a", "ex"))],
    ["an empty group", group("and")],
    ["not, of two", group("not", leaf("a", "ex"), leaf("b", "ex"))],
    ["something wrong far inside", group("and", leaf("a", "ex"), group("or", empty))],
    ["too deep", deep(33)],
    ["too many values", wide(1000)],
    ["too many nodes", group("or", ...Array.from({ length: 1000 }, () => leaf("a", "ex")))],
  ])("%s", (_, node) => {
    expect(TagFilter.of(node)).toBeUndefined();
  });

  test("but as deep and as wide as it may be", () => {
    expect([TagFilter.of(deep(32)), TagFilter.of(wide(999))].every((one) => one !== undefined)).toBe(true);
  });
});

test("filters that say the same are the same", () => {
  const text = (node: FilterNode): string | undefined => TagFilter.of(node)?.text;
  const one = group("and", leaf("a", "eq", "b"), leaf("c", "in", ["d", "e"]));
  expect(text(structuredClone(one))).toBe(text(one) ?? "");
  const others = [
    leaf("a", "eq", "b"),
    leaf("a", "neq", "b"),
    leaf("a", "in", ["b"]),
    group("or", ...one.nodes),
  ];
  expect(new Set([one, ...others].map(text)).size).toBe(5);
});

test("a tag is read as a number once a publication, however often filters ask for it", () => {
  const comparisons = Array.from({ length: 300 }, (_, i) => leaf("price", "gt", String(100 + i)));
  const filters = Array.from({ length: 5 }, (_, i) =>
    TagFilter.of(group("or", leaf("ticker", "gte", String(i)), ...comparisons)),
  );
  for (const price of ["7", "8", "500"]) {
    let reads = 0;
    const publication = {
      ticker: "none",
      get price() {
        reads += 1;
        return price;
      },
    };
    for (const filter of filters) expect(filter?.admits(publication)).toBe(price === "500");
    expect(reads).toBe(1);
  }
});
