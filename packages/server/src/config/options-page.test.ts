import { expect, test } from "bun:test";
import { join } from "node:path";
import { optionsPage } from "./options-page.ts";

const page = join(import.meta.dir, "../../../../docs/options.md");

test("the page of options is what the schema says; npm run docs:options writes it anew", async () => {
  expect(await Bun.file(page).text()).toBe(optionsPage());
});
