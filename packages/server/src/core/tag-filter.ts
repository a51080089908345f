import { decimalOf, type Decimal } from "./decimal.ts";
import type { Tags } from "./publication.ts";

/** A filter as a client sends it (protocol notes, 2.10). What is absent is empty. */
export interface FilterNode {
  /** Empty = a comparison; else `and`, `or`, `not`. */
  readonly op: string;
  readonly key: string;
  readonly cmp: string;
  readonly val: string;
  readonly vals: readonly string[];
  readonly nodes: readonly FilterNode[];
}

type Test = (tags: Tags) => boolean;

const untagged: Tags = {};

/** Nodes and values of one filter: each publication may have to be compared with all of them. */
const filterLimit = 1000;
/** Nodes within nodes. */
const depthLimit = 32;

/** Which publications a subscriber takes, by their tags. */
export class TagFilter {
  private constructor(
    /** The same for filters that say the same in the same words. */
    readonly text: string,
    private readonly test: Test,
  ) {}

  /** Undefined where the filter is not well formed, or too large. */
  static of(node: FilterNode): TagFilter | undefined {
    const budget = { left: filterLimit };
    const test = testOf(node, budget, depthLimit);
    return test === undefined ? undefined : new TagFilter(JSON.stringify(wordsOf(node)), test);
  }

  admits(tags: Tags | undefined): boolean {
    return this.test(tags ?? untagged);
  }
}

/** The node with its fields in one order, whatever else it came with. */
function wordsOf({ op, key, cmp, val, vals, nodes }: FilterNode): unknown {
  return op === "" ? [key, cmp, val, vals] : [op, nodes.map(wordsOf)];
}

function testOf(node: FilterNode, budget: { left: number }, depth: number): Test | undefined {
  budget.left -= 1 + node.vals.length;
  if (budget.left < 0 || depth === 0) return undefined;
  if (node.op === "") return comparisonOf(node);
  const tests: Test[] = [];
  for (const inner of node.nodes) {
    const test = testOf(inner, budget, depth - 1);
    if (test === undefined) return undefined;
    tests.push(test);
  }
  const [first] = tests;
  if (first === undefined) return undefined;
  switch (node.op) {
    case "and":
      return (tags) => tests.every((test) => test(tags));
    case "or":
      return (tags) => tests.some((test) => test(tags));
    case "not":
      return tests.length === 1 ? (tags) => !first(tags) : undefined;
    default:
      return undefined;
  }
}

function valueOf(tags: Tags, key: string): string | undefined {
  return Object.hasOwn(tags, key) ? tags[key] : undefined;
}

/**
 * Tags of the publication that was looked at last, as numbers: a thousand comparisons in each of a channel's filters may
 * ask for the same one, and to read it costs many times as much as to compare it.
 */
class TagNumbers {
  private of: Tags = untagged;
  private readonly known = new Map<string, Decimal | undefined>();

  get(tags: Tags, key: string): Decimal | undefined {
    if (tags !== this.of) {
      this.of = tags;
      this.known.clear();
    }
    if (this.known.has(key)) return this.known.get(key);
    const text = valueOf(tags, key);
    if (text === undefined) return undefined;
    const number = decimalOf(text);
    this.known.set(key, number);
    return number;
  }
}

const tagNumbers = new TagNumbers();

/** Comparisons of a tag that has to be there with one value. */
const ofPresent: Readonly<Record<string, (value: string, given: string) => boolean>> = {
  eq: (value, given) => value === given,
  sw: (value, given) => value.startsWith(given),
  ew: (value, given) => value.endsWith(given),
  ct: (value, given) => value.includes(given),
};

const ofNumbers: Readonly<Record<string, (value: Decimal, given: Decimal) => boolean>> = {
  lt: (value, given) => value < given,
  lte: (value, given) => value <= given,
  gt: (value, given) => value > given,
  gte: (value, given) => value >= given,
};

function comparisonOf({ key, cmp, val, vals, nodes }: FilterNode): Test | undefined {
  if (nodes.length > 0) return undefined;
  switch (cmp) {
    case "ex":
    case "nex": {
      if (val !== "" || vals.length > 0) return undefined;
      const wanted = cmp === "ex";
      return (tags) => (valueOf(tags, key) !== undefined) === wanted;
    }
    case "in":
    case "nin": {
      if (key === "" || val !== "" || vals.length === 0) return undefined;
      const set = new Set(vals);
      const wanted = cmp === "in";
      return (tags) => set.has(valueOf(tags, key) ?? "") === wanted;
    }
    default:
      return key === "" || val === "" || vals.length > 0 ? undefined : scalarOf(cmp, key, val);
  }
}

function scalarOf(cmp: string, key: string, val: string): Test | undefined {
  if (cmp === "neq") return (tags) => valueOf(tags, key) !== val;
  if (Object.hasOwn(ofPresent, cmp)) {
    const compare = ofPresent[cmp];
    return (tags) => {
      const value = valueOf(tags, key);
      return value !== undefined && compare?.(value, val) === true;
    };
  }
  if (!Object.hasOwn(ofNumbers, cmp)) return undefined;
  const compare = ofNumbers[cmp];
  const given = decimalOf(val);
  return (tags) => {
    const value = tagNumbers.get(tags, key);
    return value !== undefined && given !== undefined && compare?.(value, given) === true;
  };
}
