import { expect, test } from "bun:test";
import { partsOf } from "./parts.ts";

test("addresses, nicks and smiles become parts, and the rest stays text as it was typed", () => {
  const parts = partsOf("hi @ada, :bread: at https://example.org/a?b <b>");
  expect(parts).toMatchObject([
    { text: { content: "hi " } },
    { mention: { id: 101, nick: "Ada" } },
    { text: { content: ", " } },
    { smile: { name: "bread" } },
    { text: { content: " at " } },
    { link: { url: "https://example.org/a?b", content: "example.org/a?b" } },
    { text: { content: " <b>" } },
  ]);
});

test("what only looks like a nick, a smile or an address is text", () => {
  const text = "@nobody :unknown: javascript:alert(1) 12:30:00";
  expect(partsOf(text)).toEqual([{ text: { content: text } }]);
});
