import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { Launched } from "../../packages/server/test/e2e/launched.ts";
import {
  launchBrowser,
  openPage,
  overhang,
  skipped,
  strangers,
  type Opened,
} from "../../packages/server/test/browser.ts";
import { launchDemo } from "./demo-server.ts";
import { CuttableProxy } from "../../packages/server/test/cuttable-proxy.ts";

setDefaultTimeout(60_000);

let server: Launched;
let browser: Browser;

/** The page with its client connected and in the open chat. */
async function openChat(options: BrowserContextOptions = {}, origin = server.url): Promise<Opened> {
  const opened = await openPage(browser, `${origin}/stream-chat`, options);
  await inState(opened.page, "connected");
  await opened.page.locator("#chat-access[data-access=open]").waitFor();
  return opened;
}

async function inState(page: Page, state: string): Promise<void> {
  await page.locator(`[data-wire=centrifugo] [data-state=${state}]`).waitFor();
}

interface Spoken {
  readonly by?: string;
  readonly to?: string;
}

async function say(page: Page, text: string, { by = "mira", to = "everyone" }: Spoken = {}): Promise<void> {
  await page.selectOption("#say-speaker", by);
  await page.selectOption("#say-room", to);
  await page.fill("#say-text", text);
  const taken = page.waitForResponse((response) => response.url().includes("/demo/vk-live/panel"));
  await page.press("#say-text", "Enter");
  expect((await taken).status()).toBe(200);
}

function message(page: Page, text: string, chat = "#chat"): Locator {
  return page.locator(`${chat} .chat-message`, { hasText: text });
}

async function press(page: Page, name: string): Promise<void> {
  await page.locator(".panel").getByRole("button", { name, exact: true }).click();
}

describe.skipIf(skipped)("the stream chat, in a browser", () => {
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), launchDemo()]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test("a published message is seen with its author, badges, mention, smile and link", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await say(page, "parts for @Ada :bread: at https://example.org/rye now", { by: "oleg" });
    const item = message(page, "parts for");
    await item.locator(".who.nick-6", { hasText: "Oleg" }).waitFor();
    await item.locator(".rank", { hasText: "moderator" }).waitFor();
    await item.locator("img.chat-badge[alt='Subscriber']").waitFor();
    await item.locator("img.smile[alt=':bread:']").waitFor();
    expect(await item.locator(".mention").textContent()).toBe("@Ada");
    const link = item.locator("a");
    expect(await link.getAttribute("href")).toBe("https://example.org/rye");
    expect(await link.getAttribute("rel")).toContain("noopener");
    expect(await item.locator(".text").textContent()).toBe("parts for @Ada  at example.org/rye now");
    expect(faults).toEqual([]);
  });

  test("a script in a text is shown as text", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    const hostile = `hostile <script>document.title="run"</script><img src=x onerror="document.title='run'">`;
    await say(page, hostile);
    await message(page, "hostile").waitFor();
    expect(await message(page, "hostile").locator(".text").textContent()).toBe(hostile);
    expect(await page.locator("#chat script, #chat .text img:not(.smile)").count()).toBe(0);
    expect(await page.title()).not.toBe("run");
    expect(faults).toEqual([]);
  });

  test("an answer quotes what it answers, and a deleted message is shown as deleted", async () => {
    await using opened = await openChat();
    const { page } = opened;
    await say(page, "a question to answer");
    await message(page, "a question to answer").waitFor();
    await page.check("#say-reply");
    await say(page, "the reply", { by: "ada" });
    await message(page, "the reply").locator(".quote", { hasText: "Mira: a question to answer" }).waitFor();
    const height = await message(page, "the reply").evaluate((node) => node.clientHeight);
    const id = await message(page, "the reply").getAttribute("data-message");
    await press(page, "Delete the newest");
    const deleted = page.locator(`#chat [data-message="${id ?? ""}"].deleted`, {
      hasText: "Message deleted",
    });
    await deleted.waitFor();
    expect(await message(page, "the reply").count()).toBe(0);
    expect(await deleted.evaluate((node) => node.clientHeight)).toBe(height);
  });

  test("deleting the newest twice deletes the one before as well", async () => {
    await using opened = await openChat();
    const { page } = opened;
    for (const text of ["the first of two", "the second of two"]) {
      await say(page, text);
      await message(page, text).waitFor();
    }
    const deleted = page.locator("#chat .deleted");
    await press(page, "Delete the newest");
    await deleted.first().waitFor();
    await press(page, "Delete the newest");
    await deleted.nth(1).waitFor();
    expect(await message(page, "of two").count()).toBe(0);
  });

  test("a text that is missing is asked for, and nothing is sent", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await page.fill("#say-text", "  ");
    await page.press("#say-text", "Enter");
    await page.locator("#said", { hasText: "Not done: write something first." }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a private message is seen by its reader alone", async () => {
    await using mine = await openChat();
    await using other = await openChat();
    await say(mine.page, "between us", { to: "viewer" });
    await message(mine.page, "between us").locator(".rank", { hasText: "only to you" }).waitFor();
    await say(mine.page, "to all, afterwards");
    await message(other.page, "to all, afterwards").waitFor();
    expect(await message(other.page, "between us").count()).toBe(0);
  });

  test("follows, raids, subscriptions and rewards are seen, and a decision changes the reward's line", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    const happening = (text: string) => page.locator("#activity .happening", { hasText: text });
    await page.selectOption("#say-speaker", "chen");
    await press(page, "Follow");
    await happening("Chen follows").waitFor();
    await press(page, "Unfollow");
    await happening("Chen no longer follows").waitFor();
    await press(page, "Raid");
    await happening("Lighthouse raids with 42 viewers").waitFor();
    await press(page, "Publish");
    await happening("Mira subscribes").waitFor();
    await page.selectOption("#subscription-kind", "giftBuy");
    await press(page, "Publish");
    await happening("Oleg buys 5 subscriptions").waitFor();
    await page.selectOption("#say-speaker", "noor");
    await press(page, "Redeem");
    const reward = happening("Noor redeems");
    await reward.locator("[data-status=pending]").waitFor();
    await press(page, "Approve");
    await reward.locator("[data-status=approved]", { hasText: "approved" }).waitFor();
    expect(await reward.count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test("the stream starts, pauses, goes on, gets a title and stops", async () => {
    await using opened = await openChat();
    const { page } = opened;
    const state = (name: string) => page.locator(`[data-stream-state=${name}]`, { hasText: name }).waitFor();
    for (const [button, after] of [
      ["Stop", "offline"],
      ["Start", "live"],
      ["Pause", "paused"],
      ["Resume", "live"],
    ] as const) {
      await press(page, button);
      await state(after);
    }
    await page.fill("#title-text", "Second batch");
    await press(page, "Change");
    await page.locator("#stream-title", { hasText: "Second batch" }).waitFor();
    // It is no memory of the page alone.
    await page.reload();
    await page.locator("#stream-title", { hasText: "Second batch" }).waitFor();
  });

  test("no access is shown as such, and opens and closes with the access that is given and taken", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    const access = (state: string) => page.locator(`#limited-access[data-access=${state}]`).waitFor();
    await access("no-access");
    await page.locator("#limited-notice", { hasText: "No access." }).waitFor();
    expect(await page.locator("#limited-problem").isVisible()).toBe(false);
    await say(page, "unheard by strangers", { to: "subscribers" });
    await page.check("#access");
    await access("open");
    expect(await page.locator("#limited-notice").isVisible()).toBe(false);
    await say(page, "heard by subscribers", { to: "subscribers" });
    await message(page, "heard by subscribers", "#limited").waitFor();
    expect(await message(page, "unheard by strangers", "#limited").count()).toBe(0);
    expect(await message(page, "heard by subscribers", "#chat").count()).toBe(0);
    await page.uncheck("#access");
    await access("no-access");
    expect(await page.locator("#limited-problem").isVisible()).toBe(false);
    await page.check("#access");
    await access("open");
    expect(faults).toEqual([]);
  });

  test("expired tokens renew, of the connection and of the limited channel, and nothing is cut", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await page.check("#access");
    await page.locator("#limited-access[data-access=open]").waitFor();
    const cuts = page.locator("#frames .socket", { hasText: "socket closed" });
    await page.selectOption("#token-life", "5");
    // The client connects anew, with a token that lives that long.
    await cuts.first().waitFor();
    await page.locator("#limited-access[data-access=open]").waitFor();
    await inState(page, "connected");
    const before = await cuts.count();
    const times = async (what: string): Promise<number> =>
      Number(await page.locator(`[data-asked=${what}]`).getAttribute("data-times"));
    const [connection, subscription] = [await times("connection"), await times("subscription")];
    await page.waitForFunction(
      ([least, leastOfSubscription]) =>
        Number(document.querySelector<HTMLElement>("[data-asked=connection]")?.dataset["times"]) >= least &&
        Number(document.querySelector<HTMLElement>("[data-asked=subscription]")?.dataset["times"]) >=
          leastOfSubscription,
      [connection + 2, subscription + 2] as const,
      { timeout: 30_000 },
    );
    await say(page, "after the renewal");
    await message(page, "after the renewal").waitFor();
    await say(page, "limited, after the renewal", { to: "subscribers" });
    await message(page, "limited, after the renewal", "#limited").waitFor();
    expect(await cuts.count()).toBe(before);
    expect(faults).toEqual([]);
  });

  test("a cut connection is shown as cut, and comes back with what was missed and nothing twice", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await say(page, "before the cut");
    await message(page, "before the cut").waitFor();
    await page.uncheck("#plugged");
    await inState(page, "cut");
    await page.locator("#chat-problem", { hasText: "The chat is cut off." }).waitFor();
    await say(page, "during the cut");
    expect(await message(page, "during the cut").count()).toBe(0);
    await page.check("#plugged");
    await inState(page, "connected");
    await message(page, "during the cut").waitFor();
    await page.locator("#chat-problem").waitFor({ state: "hidden" });
    await say(page, "after the cut");
    await message(page, "after the cut").waitFor();
    for (const text of ["before the cut", "during the cut", "after the cut"])
      expect(await message(page, text).count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test("so it is with a network that really goes", async () => {
    await using cable = await CuttableProxy.start(server.port);
    await using near = await openChat({}, cable.url);
    await using far = await openChat();
    await say(far.page, "before the network went");
    await message(near.page, "before the network went").waitFor();
    await cable.down();
    await inState(near.page, "cut");
    await near.page.locator("#chat-problem", { hasText: "The chat is cut off." }).waitFor();
    await say(far.page, "while the network was away");
    await cable.up();
    await inState(near.page, "connected");
    await message(near.page, "while the network was away").waitFor();
    await say(far.page, "after the network came back");
    await message(near.page, "after the network came back").waitFor();
    for (const text of ["before the network", "while the network", "after the network"])
      expect(await message(near.page, text).count()).toBe(1);
  });

  test("a connection that the server cuts comes back by itself", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await press(page, "Cut connection");
    await page.locator("#frames .socket", { hasText: "socket closed" }).first().waitFor();
    await inState(page, "connected");
    await page.locator("#chat-access[data-access=open]").waitFor();
    await say(page, "back again");
    await message(page, "back again").waitFor();
    expect(faults).toEqual([]);
  });

  test("the client follows when the channels get other names", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await page.check("#access");
    await page.locator("#limited-access[data-access=open]").waitFor();
    await press(page, "Rename channels");
    const said = await page.locator("#said", { hasText: "The chat is" }).textContent();
    const name = /api-channel-chat:\S+/.exec(said ?? "")?.[0] ?? "none";
    await page.locator("#chat-access", { hasText: name }).waitFor();
    await say(page, "in the new chat");
    await message(page, "in the new chat").waitFor();
    await page.locator("#limited-access[data-access=open]").waitFor();
    await say(page, "in the new subscribers' chat", { to: "subscribers" });
    await message(page, "in the new subscribers' chat", "#limited").waitFor();
    expect(faults).toEqual([]);
  });

  test("an event of an unknown type is passed on, and a wrong payload is told with its path", async () => {
    await using opened = await openChat();
    const { page, faults } = opened;
    await press(page, "Unknown event");
    await page.locator("#activity .happening", { hasText: "channel_confetti_throw" }).waitFor();
    await press(page, "Wrong payload");
    await page.locator("#activity .happening", { hasText: "follow.follower.nick" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("what arrives does not move what is read", async () => {
    await using opened = await openChat();
    const { page } = opened;
    for (let n = 1; n <= 20; n += 1) await say(page, `line ${n} of a long talk`);
    await message(page, "line 20 of").waitFor();
    const scroll = page.locator("#chat .scroll");
    const gap = () => scroll.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight);
    expect(await gap()).toBeLessThanOrEqual(1);
    await scroll.evaluate((node) => {
      node.scrollTop = 40;
    });
    await say(page, "while somebody reads");
    const more = page.locator("#chat [data-more]", { hasText: "1 new message" });
    await more.waitFor();
    expect(await scroll.evaluate((node) => node.scrollTop)).toBe(40);
    await more.click();
    await more.waitFor({ state: "hidden" });
    expect(await gap()).toBeLessThanOrEqual(1);
  });

  test("is used by keyboard, with the focus seen and kept", async () => {
    await using opened = await openChat();
    const { page } = opened;
    await page.focus("#say-text");
    await page.keyboard.type("by keyboard");
    await page.keyboard.press("Enter");
    await message(page, "by keyboard").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("say-text");
    await page.focus("#access");
    await page.keyboard.press("Space");
    await page.locator("#limited-access[data-access=open]").waitFor();
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() =>
      document.activeElement === null ? "none" : getComputedStyle(document.activeElement).outlineStyle,
    );
    expect(outline).not.toBe("none");
  });

  test.each([360, 768, 1280])("does not scroll sideways at %d px, and asks nobody else", async (width) => {
    await using opened = await openChat({ viewport: { width, height: 740 } });
    const { page, faults, requests } = opened;
    await say(page, "w".repeat(300), { by: "oleg", to: "viewer" });
    await message(page, "wwww").first().waitFor();
    expect(await overhang(page)).toBe(0);
    expect(strangers(requests, server.url)).toEqual([]);
    expect(faults).toEqual([]);
  });
});
