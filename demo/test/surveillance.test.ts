import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { PusherPublisher } from "@twinwire/backend";
import { vmsPublisher } from "@twinwire/vms/backend";
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

setDefaultTimeout(30_000);

let server: Launched;
let browser: Browser;

/** The console, signed in and connected. */
async function openConsole(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Opened> {
  const opened = await openPage(browser, `${server.url}/surveillance`, options);
  await connected(opened.page);
  return opened;
}

function connected(page: Page): Promise<void> {
  return page.locator('[data-wire=pusher] [data-state="connected"]').waitFor();
}

interface Wanted {
  readonly action?: string;
  /** The label of what it is about. */
  readonly about?: string | RegExp;
  readonly text?: string;
}

/** Fills in a line of the control panel, and publishes. */
async function publish(page: Page, line: string, { action, about, text }: Wanted = {}): Promise<void> {
  const form = page.locator(`#panel [data-line=${line}]`);
  if (action !== undefined) await form.locator("select").first().selectOption({ label: action });
  if (about !== undefined) {
    const option = form.locator("select").nth(1).locator("option", { hasText: about }).first();
    await option.waitFor({ state: "attached" });
    await form
      .locator("select")
      .nth(1)
      .selectOption((await option.getAttribute("value")) ?? "");
  }
  if (text !== undefined) await form.locator("input").fill(text);
  await form.locator("button").click();
}

/** What an application's back end publishes with. */
function backEnd(): ReturnType<typeof vmsPublisher> {
  const keys = { appId: "1000", key: "app-key", secret: "app-secret" };
  return vmsPublisher(new PusherPublisher({ url: server.url, ...keys }));
}

const camera = (page: Page, name: string) => page.locator("#cameras .tile", { hasText: name });
const push = (page: Page, name: string) => page.locator(`#pushes [data-push=${name}]`).first();
const row = (page: Page, list: string, text: string | RegExp) =>
  page.locator(`#${list} li`, { hasText: text });

describe.skipIf(skipped)("the surveillance console, in a browser", () => {
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), launchDemo()]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test("a camera that is attached appears, and one that is detached goes", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    await publish(page, "cameras", { action: "Attach", about: "Bicycle store" });
    await camera(page, "Bicycle store").waitFor();
    await push(page, "camerasUpdate").waitFor();
    await publish(page, "cameras", { action: "Detach", about: "Bicycle store" });
    await camera(page, "Bicycle store").waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("a favourite that is set on one page shows on another of the same user", async () => {
    await using here = await openConsole();
    await using there = await openConsole();
    const star = (page: Page) => camera(page, "Server room").locator(".star");
    expect(await star(there.page).getAttribute("aria-pressed")).toBe("false");
    await star(here.page).click();
    await camera(there.page, "Server room").locator('.star[aria-pressed="true"]').waitFor();
    await camera(here.page, "Server room").locator('.star[aria-pressed="true"]').waitFor();
    await push(there.page, "addFavoriteCamera").waitFor();
    // The page that did it is left out of the push: it knows.
    expect(await here.page.locator("#pushes [data-push=addFavoriteCamera]").count()).toBe(0);
    await publish(there.page, "cameras", { action: "Remove favourite", about: "Server room" });
    await camera(here.page, "Server room").locator('.star[aria-pressed="false"]').waitFor();
    expect([...here.faults, ...there.faults]).toEqual([]);
  });

  test("a group is created, narrows the cameras down, and is deleted", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    const filter = page.locator("#camera-filters button", { hasText: "Night shift" });
    await publish(page, "groups", { action: "Create", text: "Night shift" });
    await filter.click();
    await push(page, "groupsCreated").waitFor();
    await page.locator("#cameras .tile").nth(2).waitFor({ state: "detached" });
    expect(await page.locator("#cameras .tile").count()).toBe(2);
    await publish(page, "groups", { action: "Delete", about: "Night shift" });
    await filter.waitFor({ state: "detached" });
    await page.locator("#cameras .tile").nth(2).waitFor();
    expect(faults).toEqual([]);
  });

  test("marks stand on the time line, each change with a sign and a word of its own", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    const words = row(page, "mark-list", /Bag left|Bag taken/);
    await publish(page, "marks", { action: "Create", about: "Lobby", text: "Bag left" });
    await words.and(page.locator("[data-sign=created]")).waitFor();
    const id = await words.getAttribute("data-mark");
    const onLine = (sign: string) => page.locator(`#time-line .mark-on-line.${sign}[data-mark="${id}"]`);
    await onLine("created").waitFor({ state: "attached" });
    await publish(page, "marks", { action: "Update", about: "Bag left", text: "Bag taken" });
    await words.and(page.locator("[data-sign=updated]")).waitFor();
    await onLine("updated").waitFor({ state: "attached" });
    await publish(page, "marks", { action: "Delete", about: "Bag taken" });
    await words.and(page.locator("[data-sign=deleted]")).waitFor();
    await onLine("deleted").waitFor({ state: "attached" });
    await publish(page, "analytics", { action: "Licence plate", about: "Loading dock" });
    await row(page, "mark-list", "Licence plate").and(page.locator("[data-sign=analytics]")).waitFor();
    for (const name of ["eventCreated", "eventUpdated", "eventDeleted", "analyticEventCreated"])
      await push(page, name).waitFor();
    expect(faults).toEqual([]);
  });

  test("an intercom rings, and its call is cancelled", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    await publish(page, "calls", { action: "Ring", about: "Yard gate" });
    const call = row(page, "calls", "Yard gate").first();
    await call.locator("button", { hasText: "Cancel" }).click();
    await call.and(page.locator("[data-status=cancelled]")).waitFor();
    await push(page, "callCanceled").waitFor();
    await publish(page, "codes", { action: "Store", about: "Front door", text: "Piano tuner" });
    await row(page, "codes", "Piano tuner").waitFor();
    await publish(page, "intercoms", { action: "Key failed" });
    await page.locator("#intercom-news", { hasText: "Key failed" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("an archive link comes that can be fetched, or the word that it failed", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    await publish(page, "account", { action: "Archive is ready" });
    const link = page.locator("#archives a").first();
    await link.waitFor();
    const answer = await fetch((await link.getAttribute("href")) ?? "");
    expect(answer.status).toBe(200);
    await publish(page, "account", { action: "Archive failed" });
    await row(page, "archives", "Failed").waitFor();
    const refused = page.locator("#permissions [data-status=refused]");
    const before = await refused.getAttribute("data-permission");
    await publish(page, "account", { action: "Permissions updated" });
    await page.locator(`#permissions [data-permission=${before}][data-status=allowed]`).waitFor();
    expect(faults).toEqual([]);
  });

  test("an archive's link that would run in the page is none", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    const session = await page.evaluate(() => {
      const renewal = sessionStorage.getItem("twinwire-surveillance-session") ?? "";
      return (JSON.parse(atob(renewal.split(".")[1] ?? "")) as { jti: string }).jti;
    });
    await backEnd().toToken(session).archiveGenerated({ url: "javascript:document.title='run'" });
    await row(page, "archives", "Failed").waitFor();
    expect(await page.locator("#archives a").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("a name that is missing is asked for, and nothing is sent", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    await publish(page, "marks", { action: "Create", text: "  " });
    await page
      .locator("#panel-said", { hasText: "Not published. The mark has no title. Write one." })
      .waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "Marks: Title",
    );
    expect(faults).toEqual([]);
  });

  test("a face at an intercom is an event of the intercom, and stands on the time line", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    await publish(page, "analytics", { action: "Intercom face", about: "Lobby" });
    await push(page, "intercomEventStored").waitFor();
    await page
      .locator("#intercom-news", { hasText: "Event of an intercom. Analytics on Lobby: Face." })
      .waitFor();
    await row(page, "mark-list", "Face").and(page.locator("[data-sign=analytics]")).first().waitFor();
    expect(faults).toEqual([]);
  });

  test("a flood of pushes asks for the state a few times, and the lists stay bounded", async () => {
    await using opened = await openConsole();
    const { page, faults, requests } = opened;
    const asked = () => requests.filter((url) => url.endsWith("/overview")).length;
    const before = asked();
    const drawings = await page.evaluateHandle(() => {
      const seen = { count: 0 };
      new MutationObserver(() => (seen.count += 1)).observe(
        document.querySelector("#time-line") ?? document,
        {
          childList: true,
        },
      );
      return seen;
    });
    const user = backEnd().toUser(42);
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 25 }, () => user.groupsUpdated()));
    await user.layoutsUpdated();
    await push(page, "layoutsUpdate").waitFor();
    expect(await page.locator("#pushes > li").count()).toBe(100);
    expect(asked() - before).toBeLessThan(250);
    const at = new Date();
    const marks = Array.from({ length: 500 }, (_, index) => ({
      id: 10_000 + index,
      title: "Flood",
      type: "mark",
      cameraId: 2,
      from: at,
      to: at,
    }));
    const drawn = (): Promise<number> => drawings.evaluate(({ count }) => count);
    const drawnBefore = await drawn();
    for (let from = 0; from < marks.length; from += 50)
      await Promise.all(marks.slice(from, from + 50).map((mark) => user.markCreated(mark)));
    await user.permissionsUpdated();
    await push(page, "permissionsUpdate").waitFor();
    expect((await drawn()) - drawnBefore).toBeLessThan(250);
    expect(await page.locator("#mark-list > li").count()).toBeLessThanOrEqual(30);
    expect(faults).toEqual([]);
  });

  test("a session that is ended from another says so, why, and how to sign in again", async () => {
    await using ended = await openConsole();
    await using other = await openConsole();
    const line = other.page.locator("#panel [data-line=logout]");
    const id = await ended.page.evaluate(() => {
      const renewal = sessionStorage.getItem("twinwire-surveillance-session") ?? "";
      return (JSON.parse(atob(renewal.split(".")[1] ?? "")) as { jti: string }).jti;
    });
    await line.hover();
    await line.locator(`option[value="${id}"]`).waitFor({ state: "attached" });
    await line.locator("select:visible").selectOption(id);
    await line.locator("input").fill("Night is over.");
    await line.locator("button").click();
    await ended.page.locator("#signed-out-why", { hasText: "Night is over." }).waitFor();
    expect(await ended.page.locator("#cameras").isVisible()).toBe(false);
    await ended.page.locator('[data-wire=pusher] [data-state="off"]').waitFor();
    await ended.page.locator("#sign-in button").click();
    await connected(ended.page);
    await camera(ended.page, "Lobby").waitFor();
    expect([...ended.faults, ...other.faults]).toEqual([]);
  });

  test("a push opens to its raw payload, and the list holds while it is read", async () => {
    await using opened = await openConsole();
    const { page } = opened;
    await publish(page, "account", { action: "Layouts updated" });
    await push(page, "layoutsUpdate").locator("summary").click();
    await page.locator("#pushes pre", { hasText: "layouts_updated" }).waitFor();
    await publish(page, "groups", { action: "Synced" });
    await page.locator("[data-held]", { hasText: "1 new push held back" }).waitFor();
    expect(await page.locator("#pushes li").count()).toBe(1);
  });

  test("asks nobody but its server, and says nothing in the console", async () => {
    await using opened = await openConsole();
    const { requests, faults } = opened;
    expect(requests.length).toBeGreaterThan(3);
    expect(strangers(requests, server.url)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test.each([360, 768, 1280])("does not scroll sideways at %d px", async (width) => {
    await using opened = await openConsole({ viewport: { width, height: 740 } });
    const { page } = opened;
    await publish(page, "marks", { action: "Create", about: "Lobby", text: "w".repeat(80) });
    await row(page, "mark-list", "wwww").first().waitFor();
    await publish(page, "calls", { action: "Ring", about: "Front door" });
    await row(page, "calls", "Front door").first().waitFor();
    expect(await overhang(page)).toBe(0);
  });

  test("follows the system's theme, and the switch changes and keeps it", async () => {
    const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await using dark = await openConsole({ colorScheme: "dark" });
    await using light = await openConsole({ colorScheme: "light" });
    const [inDark, inLight] = [await background(dark.page), await background(light.page)];
    expect(inDark).not.toBe(inLight);
    await light.page.click("#theme");
    await light.page.reload();
    expect(await background(light.page)).toBe(inDark);
  });

  test("leads to the other pages and back, by keyboard and on a phone too", async () => {
    await using opened = await openConsole({ viewport: { width: 360, height: 740 } });
    const { page } = opened;
    await page.locator(".pages-open").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.url}/`);
    await page.setViewportSize({ width: 1280, height: 740 });
    await page.locator("nav a", { hasText: "Surveillance" }).click();
    await connected(page);
    await camera(page, "Lobby").waitFor();
  });

  test("works by keyboard", async () => {
    await using opened = await openConsole();
    const { page } = opened;
    await page.locator("#panel-marks").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("By keyboard");
    await page.keyboard.press("Enter");
    await row(page, "mark-list", "By keyboard").waitFor();
    await page.keyboard.press("Tab");
    const outlined = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused === null ? "none" : getComputedStyle(focused).outlineStyle;
    });
    expect(outlined).not.toBe("none");
  });

  test("its routes answer under own host names alone", async () => {
    for (const [path, method] of [
      ["/demo/surveillance/login", "POST"],
      ["/demo/vms/api/v1/wsurl", "GET"],
    ] as const) {
      const answer = await fetch(`${server.url}${path}`, { method, headers: { host: "rebound.example" } });
      expect(answer.status).toBe(403);
    }
  });

  test("a page of another origin publishes nothing", async () => {
    await using opened = await openPage(browser, `${server.url}/surveillance`);
    await connected(opened.page);
    const elsewhere = server.url.replace("127.0.0.1", "localhost");
    const attempts = [
      ["/demo/surveillance/login", { user: 42 }],
      ["/demo/vk-live/panel?viewer=1000", { do: "raid" }],
    ] as const;
    for (const [path, body] of attempts) {
      const text = JSON.stringify(body);
      // As a form would send it, which needs no permission.
      const form = await fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "text/plain", origin: "https://evil.example" },
        body: text,
      });
      expect(form.status).toBe(415);
      // With the type that is wanted, the browser asks first.
      const outcome = await opened.page.evaluate(
        ([url, sent]) =>
          fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: sent }).then(
            ({ status }) => `answered ${status}`,
            () => "not sent",
          ),
        [`${elsewhere}${path}`, text] as const,
      );
      expect(outcome).toBe("not sent");
    }
  });

  // The last one: it deletes what others ring and name.
  test("every event of the control panel comes back as a push that is known", async () => {
    await using opened = await openConsole();
    const { page, faults } = opened;
    const lines = page.locator("#panel [data-line]:not([data-line=logout])");
    // A second call, as one is answered before one is cancelled.
    await publish(page, "calls", { action: "Ring" });
    await push(page, "intercomCallStored").waitFor();
    const heard = ["intercomCallStored"];
    for (let line = 0; line < (await lines.count()); line += 1) {
      const form = lines.nth(line);
      const actions = form.locator("select").first();
      for (const label of await actions.locator("option").allTextContents()) {
        await actions.selectOption({ label });
        await form.locator("button:enabled").click();
        await page.locator("#pushes > li").nth(heard.length).waitFor();
        heard.push((await page.locator("#pushes > li").first().getAttribute("data-push")) ?? "");
      }
    }
    expect(new Set(heard)).toEqual(
      new Set([
        "camerasUpdate",
        "addFavoriteCamera",
        "removeFavoriteCamera",
        "groupsCreated",
        "groupsDeleted",
        "groupsUpdate",
        "cameraGroupsSynced",
        "eventCreated",
        "eventUpdated",
        "eventDeleted",
        "analyticEventCreated",
        "intercomCallStored",
        "intercomEventStored",
        "callCanceled",
        "callsDeleted",
        "intercomStored",
        "intercomRenamed",
        "intercomUpdated",
        "intercomsDeleted",
        "intercomKeyConfirmed",
        "intercomKeyError",
        "intercomAddError",
        "intercomCodeStored",
        "intercomCodesDeleted",
        "archiveGenerated",
        "permissionsUpdate",
        "layoutsUpdate",
      ]),
    );
    expect(faults).toEqual([]);
  });
});
