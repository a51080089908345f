import { expect, test } from "bun:test";
import { Studio } from "./studio.ts";

test("ids after a restart are none that an open page has seen", () => {
  const opened = 1_764_000_000_000;
  const before = new Studio(opened);
  const seen = [before.nextId(), before.nextId(), before.nextId()];
  // A restart takes longer than there are messages in that time.
  expect(seen).not.toContain(new Studio(opened + 1_000).nextId());
});
