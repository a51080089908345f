import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** A laptop may go without; where everything is to be proven, a missing browser is a failure. */
export const skipped = !existsSync(executablePath) && process.env["CI"] === undefined;
if (skipped)
  process.stderr.write(`browser tests: skipped, no Chromium at ${executablePath} (CHROMIUM names another)\n`);

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

export interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** What the console said beyond information, and what failed to load. */
  readonly faults: readonly string[];
  readonly requests: readonly string[];
}

/** A page in a profile of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext(options);
  // Sooner than the test gives up, so that it says what it waited for.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  await page.goto(url);
  return { page, faults, requests, [Symbol.asyncDispose]: () => context.close() };
}

/** The requests that went to another server than `url`'s. */
export function strangers(requests: readonly string[], url: string): readonly string[] {
  const { host } = new URL(url);
  return requests.filter(
    (one) => !one.startsWith("data:") && !one.startsWith("blob:") && new URL(one).host !== host,
  );
}

/** How far the page is wider than the window; 0 where it does not scroll sideways. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );
}
