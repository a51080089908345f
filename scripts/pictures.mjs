// The README's pictures: node scripts/pictures.mjs [folder] starts what `npm start` does, and takes its pages in both themes.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? join(root, "docs");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Resolves with the address that the server says it listens on. */
function listening(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const port = /listening on \S*:(\d+)\n/.exec(said)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/`);
    });
    child.on("exit", () => reject(new Error(`twinwire dev ended: ${said}`)));
  });
}

/** One message from each side. */
async function twoWires(page) {
  for (const name of ["Violet", "Teal"]) await page.locator("[data-members] li", { hasText: name }).waitFor();
  const says = async (wire, other, text) => {
    await page.fill(`#${wire}-input`, text);
    await page.press(`#${wire}-input`, "Enter");
    await page.locator(`[data-messages=${other}] li`, { hasText: text }).waitFor();
  };
  await says("pusher", "centrifugo", "Hello from pusher-js");
  await says("centrifugo", "pusher", "And hello from centrifuge");
}

/** A mark, something that was seen, and a call that rings. */
async function surveillance(page) {
  await page.locator('[data-wire=pusher] [data-state="connected"]').waitFor();
  for (const [line, push] of [
    ["marks", "eventCreated"],
    ["analytics", "analyticEventCreated"],
    ["calls", "intercomCallStored"],
  ]) {
    await page.locator(`#panel [data-line=${line}] button`).click();
    await page.locator(`#pushes [data-push=${push}]`).first().waitFor();
  }
}

/** Two people who talk. */
async function streamChat(page) {
  await page.locator("#chat-access[data-access=open]").waitFor();
  for (const [speaker, text] of [
    ["mira", "good morning @Ada :bread:"],
    ["oleg", "the recipe is at https://example.org/rye"],
    ["mira", "thank you :heart:"],
  ]) {
    await page.selectOption("#say-speaker", speaker);
    await page.fill("#say-text", text);
    await page.press("#say-text", "Enter");
    await page
      .locator("#chat .chat-message", { hasText: text.split(" ")[0] })
      .first()
      .waitFor();
  }
}

const pages = [
  { path: "", name: "dev-page", act: twoWires },
  { path: "surveillance", name: "surveillance", act: surveillance },
  { path: "stream-chat", name: "stream-chat", act: streamChat },
];

/** A page as a person sees it who is not typing. */
async function take(browser, origin, { path, name, act, colorScheme }) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(origin + path);
  await act(page);
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  await context.close();
}

const server = spawn(process.execPath, [join(root, "demo", "start.mjs"), "dev", "--port", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
try {
  const origin = await listening(server);
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args });
  for (const colorScheme of ["light", "dark"])
    for (const page of pages) await take(browser, origin, { ...page, colorScheme });
  await browser.close();
} finally {
  server.kill("SIGTERM");
}
