import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import type { Launched } from "../../packages/server/test/e2e/launched.ts";
import {
  launchBrowser,
  openPage,
  overhang,
  skipped,
  type Opened,
} from "../../packages/server/test/browser.ts";
import { launchDemo } from "./demo-server.ts";

setDefaultTimeout(30_000);

let server: Launched;
let browser: Browser;

async function open(path: string, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Opened> {
  const opened = await openPage(browser, `${server.url}${path}`, options);
  for (const state of await opened.page.locator(".link-state").all())
    await state.and(opened.page.locator('[data-state="connected"]')).waitFor();
  return opened;
}

/** How far the page goes on below its content. */
function emptyTail(page: Page): Promise<number> {
  return page.evaluate(() => {
    const content = Math.max(...[...document.body.children].map((one) => one.getBoundingClientRect().bottom));
    return Math.round(document.documentElement.scrollHeight - content - window.scrollY);
  });
}

describe.skipIf(skipped)("the layout of the demo's pages, in a browser", () => {
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), launchDemo()]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test("a full list makes the two-wire page no longer", async () => {
    await using opened = await open("/");
    const { page } = opened;
    // Ten a second is what the server takes of one client.
    for (let count = 1; count <= 9; count += 1)
      for (const [from, to] of [
        ["pusher", "centrifugo"],
        ["centrifugo", "pusher"],
      ] as const) {
        const text = `Message ${count} by ${from}`;
        await page.locator(`.client.wire-${from} .send input`).fill(text);
        await page.locator(`.client.wire-${from} .send button`).click();
        await page.locator(`.client.wire-${to} .message`, { hasText: text }).first().waitFor();
      }
    // Half a pixel may be rounded up.
    expect(await emptyTail(page)).toBeLessThanOrEqual(1);
  });

  test.each(["/surveillance", "/stream-chat"])("a full list makes %s no longer", async (path) => {
    await using opened = await open(path);
    const { page } = opened;
    const [publish, line] =
      path === "/surveillance"
        ? [page.locator("#panel [data-line=account] button"), "#pushes > li"]
        : [page.locator("[data-do=follow]"), "#activity > li"];
    for (let count = 1; count <= 20; count += 1) {
      await publish.click();
      await page
        .locator(line)
        .nth(count - 1)
        .waitFor();
    }
    // Half a pixel may be rounded up.
    expect(await emptyTail(page)).toBeLessThanOrEqual(1);
  });

  test.each([360, 768, 1280])("long names do not widen the console at %i px", async (width) => {
    await using opened = await open("/surveillance", { viewport: { width, height: 900 } });
    const { page } = opened;
    const name = `${width}${"W".repeat(70)}`;
    for (const [line, list] of [
      ["groups", "#camera-filters"],
      ["marks", "#mark-list"],
      ["intercoms", "#intercoms"],
      ["codes", "#codes"],
    ] as const) {
      await page.locator(`#panel [data-line=${line}] input`).fill(name);
      await page.locator(`#panel [data-line=${line}] button`).click();
      await page.locator(list, { hasText: name }).waitFor();
    }
    expect(await overhang(page)).toBe(0);
  });

  test.each([768, 1280])("a camera's number and state stand in one line each at %i px", async (width) => {
    await using opened = await open("/surveillance", { viewport: { width, height: 900 } });
    const words = opened.page.locator(".tile-number, .camera-state");
    await words.first().waitFor();
    const heights = await words.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThan(20);
  });

  test.each(["/", "/surveillance", "/stream-chat"])(
    "the focus goes over %s as the eye does",
    async (path) => {
      await using opened = await open(path, { viewport: { width: 1280, height: 900 } });
      const cards = await opened.page.locator("main .card").evaluateAll((all) =>
        all
          .map((one) => one.getBoundingClientRect())
          .filter(({ height }) => height > 0)
          .map(({ left, top }) => ({ left: Math.round(left), top: Math.round(top) })),
      );
      // Of two cards that begin at one height, the left one comes first.
      const beside = cards.flatMap((one, index) =>
        cards.slice(index + 1).filter(({ left, top }) => top === one.top && left < one.left),
      );
      expect(beside).toEqual([]);
    },
  );
});
