import { expect, test } from "bun:test";
import type { Answer } from "./devapi.ts";
import { SubscriptionTokens } from "./subscription-tokens.ts";

function tokens(answer: (names: readonly string[]) => Answer<ReadonlyMap<string, string>>) {
  const asked: (readonly string[])[] = [];
  const wishes = new SubscriptionTokens((names) => {
    asked.push(names);
    return Promise.resolve(answer(names));
  }, 1);
  return { asked, wishes };
}

const granted = (names: readonly string[]): Answer<ReadonlyMap<string, string>> => ({
  ok: true,
  value: new Map(names.filter((name) => name !== "closed").map((name) => [name, `token of ${name}`])),
});

test("wishes of one moment become one request, in which each name stands once", async () => {
  const { asked, wishes } = tokens(granted);
  const outcomes = await Promise.all(["a", "b", "a", "closed"].map((name) => wishes.want(name)));
  expect(asked).toEqual([["a", "b", "closed"]]);
  expect(outcomes).toEqual([
    { kind: "token", token: "token of a" },
    { kind: "token", token: "token of b" },
    { kind: "token", token: "token of a" },
    { kind: "no-access", reason: "left-out" },
  ]);
  await wishes.want("a");
  expect(asked).toEqual([["a", "b", "closed"], ["a"]]);
});

test("more names than a URL may have go in several requests", async () => {
  const { asked, wishes } = tokens(granted);
  const names = Array.from({ length: 101 }, (_, index) => `n${index}`);
  const outcomes = await Promise.all(names.map((name) => wishes.want(name)));
  expect(asked.map(({ length }) => length)).toEqual([50, 50, 1]);
  expect(outcomes.every(({ kind }) => kind === "token")).toBe(true);
});

test("long names go in requests whose URLs proxies let through", async () => {
  const { asked, wishes } = tokens(granted);
  const names = Array.from({ length: 40 }, (_, index) => `${"щ".repeat(100)}#${index}`);
  const outcomes = await Promise.all(names.map((name) => wishes.want(name)));
  const lengths = asked.map((some) => encodeURIComponent(some.join()).length);
  expect(Math.max(...lengths)).toBeLessThan(4096);
  expect(asked.flat()).toEqual(names);
  expect(outcomes.every(({ kind }) => kind === "token")).toBe(true);
});

test("403 is no access; any other failure is a fault for each that asked", async () => {
  const request = "subscription-token";
  const forbidden = tokens(() => ({ ok: false, fault: { kind: "forbidden", request, message: "no" } }));
  expect(await forbidden.wishes.want("a")).toEqual({ kind: "no-access", reason: "forbidden" });
  const failing = tokens(() => ({ ok: false, fault: { kind: "unauthorized", request, message: "no" } }));
  const outcomes = await Promise.all([failing.wishes.want("a"), failing.wishes.want("b")]);
  expect(outcomes).toMatchObject(Array(2).fill({ kind: "fault", fault: { kind: "unauthorized" } }));
});

test("who waits when it is closed waits no longer", async () => {
  const { asked, wishes } = tokens(granted);
  const waiting = wishes.want("a");
  wishes.close();
  expect(await waiting).toMatchObject({ kind: "fault", fault: { kind: "unreachable" } });
  expect(asked).toEqual([]);
});
