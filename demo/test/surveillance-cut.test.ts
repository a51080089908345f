import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import type { Launched } from "../../packages/server/test/e2e/launched.ts";
import { launchBrowser, openPage, skipped } from "../../packages/server/test/browser.ts";
import { launchDemo } from "./demo-server.ts";
import { CuttableProxy } from "../../packages/server/test/cuttable-proxy.ts";

setDefaultTimeout(60_000);

const state = (page: Page, name: string) => page.locator(`[data-wire=pusher] [data-state="${name}"]`);

async function layoutsUpdated(page: Page): Promise<void> {
  const form = page.locator("#panel [data-line=account]");
  await form.locator("select").first().selectOption({ label: "Layouts updated" });
  await form.locator("button").click();
}

describe.skipIf(skipped)("the surveillance console, when its connection is cut", () => {
  let server: Launched;
  let browser: Browser;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), launchDemo()]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test("shows it as cut, comes back, and catches up with what it missed", async () => {
    await using cable = await CuttableProxy.start(server.port);
    await using near = await openPage(browser, `${cable.url}/surveillance`);
    await using far = await openPage(browser, `${server.url}/surveillance`);
    await state(near.page, "connected").waitFor();
    await state(far.page, "connected").waitFor();
    await cable.down();
    await state(near.page, "cut").waitFor();
    await near.page.locator("#status", { hasText: "The connection was cut." }).waitFor();
    expect(await near.page.locator("#panel button").first().isDisabled()).toBe(true);
    // Published while nothing gets through.
    const form = far.page.locator("#panel [data-line=cameras]");
    await form.locator("select").nth(1).selectOption({ label: "Workshop" });
    await form.locator("button").click();
    await far.page.locator("#cameras .tile", { hasText: "Workshop" }).waitFor();
    await cable.up();
    await state(near.page, "connected").waitFor();
    await near.page.locator("#cameras .tile", { hasText: "Workshop" }).waitFor();
    await layoutsUpdated(near.page);
    await near.page.locator("#pushes [data-push=layoutsUpdate]").waitFor();
  });

  test("an expired token is renewed by itself, so that the channels are joined again after a cut", async () => {
    await using cable = await CuttableProxy.start(server.port);
    await using opened = await openPage(browser, `${cable.url}/surveillance?life=2`);
    const { page, requests } = opened;
    await state(page, "connected").waitFor();
    await page.locator("#status", { hasText: "renewed 2 times" }).waitFor();
    // Two renewals after 0.8 of two seconds each: the first token is not good any more.
    await cable.down();
    await state(page, "cut").waitFor();
    const before = requests.filter((url) => url.endsWith("/broadcasting/auth")).length;
    await cable.up();
    await state(page, "connected").waitFor();
    await layoutsUpdated(page);
    await page.locator("#pushes [data-push=layoutsUpdate]").waitFor();
    expect(requests.filter((url) => url.endsWith("/broadcasting/auth")).length).toBeGreaterThan(before);
  });

  test("a server that stops and starts again on its port is found again", async () => {
    const first = await launchDemo();
    const { port, url } = first;
    await using opened = await openPage(browser, `${url}/surveillance`);
    const { page } = opened;
    await state(page, "connected").waitFor();
    await first[Symbol.asyncDispose]();
    await state(page, "cut").waitFor();
    await using again = await launchDemo(port);
    expect(again.port).toBe(port);
    await state(page, "connected").waitFor();
    await layoutsUpdated(page);
    await page.locator("#pushes [data-push=layoutsUpdate]").waitFor();
  });
});
