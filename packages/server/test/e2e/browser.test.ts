import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { devSecrets } from "../../src/config/index.ts";
import { launchBrowser, openPage as openAt, skipped, type Opened } from "../browser.ts";
import { CentrifugeClient } from "../clients.ts";
import { Launched } from "./launched.ts";

setDefaultTimeout(30_000);

/** A process of its own: the bundler takes over what this one has resolved for itself, as pusher-js for Node. */
let server: Launched;
let browser: Browser;
let origin: string;

/** The page with both clients connected. */
async function openPage(options: BrowserContextOptions = {}): Promise<Opened> {
  const opened = await openAt(browser, origin, options);
  const { page } = opened;
  await page
    .locator('[data-wire=pusher] [data-state="connected"], [data-wire=pusher][data-state="connected"]')
    .first()
    .waitFor();
  await page
    .locator(
      '[data-wire=centrifugo] [data-state="connected"], [data-wire=centrifugo][data-state="connected"]',
    )
    .first()
    .waitFor();
  return opened;
}

const wires = ["pusher", "centrifugo"] as const;

function message(page: Page, wire: string, text: string) {
  return page.locator(`[data-messages=${wire}] li`, { hasText: text });
}

describe.skipIf(skipped)("the page of dev, in a browser", () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await Launched.start(["dev", "--port", "0"]);
    origin = `${server.url}/`;
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test("a message typed on each side appears on the other", async () => {
    await using opened = await openPage();
    const { page, faults } = opened;
    for (const [from, to] of [wires, wires.toReversed()] as const) {
      const text = `hello from ${from}`;
      await page.fill(`#${from}-input`, text);
      await page.click(`#${from}-send`);
      await message(page, to, text).first().waitFor();
    }
    expect(faults).toEqual([]);
  });

  test("members of both wires are listed, and who comes and goes", async () => {
    await using opened = await openPage();
    const { page, faults } = opened;
    const member = (name: string) => page.locator("[data-members] li", { hasText: name });
    await member("Violet").waitFor();
    await member("Teal").waitFor();
    const channel = await page.inputValue("#channel-input");
    {
      await using guest = await CentrifugeClient.connect(server.port, {
        user: "guest",
        hmac: devSecrets.hmacSecretKey,
      });
      expect(await guest.join(channel)).toBe("done");
      await member("guest").waitFor();
    }
    await member("guest").waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("the frames of each wire are listed", async () => {
    await using opened = await openPage();
    const { page } = opened;
    await page
      .locator("[data-frames=pusher] li", { hasText: "pusher_internal:subscription_succeeded" })
      .first()
      .waitFor();
    await page.locator("[data-frames=centrifugo] li", { hasText: "subscribe" }).first().waitFor();
  });

  test.each([...wires])("the commands for the %s API, run in a shell, reach both sides", async (wire) => {
    await using opened = await openPage();
    const { page } = opened;
    for (const name of ["Violet", "Teal"])
      await page.locator("[data-members] li", { hasText: name }).waitFor();
    const commands = await page.locator(`#curl-${wire}`).evaluate((node) => node.textContent);
    // As they stand, but for a curl that fails where the server refuses.
    const strict = 'curl() { command curl --fail-with-body --silent --show-error "$@"; }';
    const ran = Bun.spawnSync(["bash", "-c", `${strict}\n${commands}`]);
    expect(ran.exitCode, ran.stdout.toString() + ran.stderr.toString()).toBe(0);
    for (const side of wires) await message(page, side, "Hello from curl").first().waitFor();
  });

  test("asks nobody but its server, and says nothing in the console", async () => {
    await using opened = await openPage();
    const { requests, faults } = opened;
    expect(requests.length).toBeGreaterThan(3);
    const { host } = new URL(origin);
    expect(
      requests.filter(
        (url) => !url.startsWith("data:") && !url.startsWith("blob:") && new URL(url).host !== host,
      ),
    ).toEqual([]);
    expect(faults).toEqual([]);
  });

  test.each([360, 768, 1280])("does not scroll sideways at %d px", async (width) => {
    await using opened = await openPage({ viewport: { width, height: 740 } });
    const { page } = opened;
    // A long message must not widen it either.
    await page.fill("#centrifugo-input", "w".repeat(300));
    await page.click("#centrifugo-send");
    await message(page, "pusher", "wwww").first().waitFor();
    const [content, view] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(view);
  });

  test("follows the system's theme, and the switch changes and keeps it", async () => {
    const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await using dark = await openPage({ colorScheme: "dark" });
    await using light = await openPage({ colorScheme: "light" });
    const [inDark, inLight] = [await background(dark.page), await background(light.page)];
    expect(inDark).not.toBe(inLight);
    await light.page.click("#theme");
    await light.page.waitForFunction(
      (was) => getComputedStyle(document.body).backgroundColor !== was,
      inLight,
    );
    await light.page.reload();
    expect(await background(light.page)).toBe(inDark);
  });

  test("works by keyboard", async () => {
    await using opened = await openPage();
    const { page } = opened;
    await page.focus("#pusher-input");
    await page.keyboard.type("by keyboard");
    await page.keyboard.press("Enter");
    await message(page, "centrifugo", "by keyboard").first().waitFor();
    await page.keyboard.press("Tab");
    const outlined = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return "nothing has the focus";
      const style = getComputedStyle(focused);
      return style.outlineStyle !== "none" || style.boxShadow !== "none" ? "seen" : "not seen";
    });
    expect(outlined).toBe("seen");
  });
});
