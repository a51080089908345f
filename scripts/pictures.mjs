// The README's pictures: node scripts/pictures.mjs [folder] starts `twinwire dev`, and takes the page in both themes.
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

/** The page after one message from each side, as a person sees it who is not typing. */
async function take(browser, origin, colorScheme) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(origin);
  for (const name of ["Violet", "Teal"]) await page.locator("[data-members] li", { hasText: name }).waitFor();
  const says = async (wire, other, text) => {
    await page.fill(`#${wire}-input`, text);
    await page.press(`#${wire}-input`, "Enter");
    await page.locator(`[data-messages=${other}] li`, { hasText: text }).waitFor();
  };
  await says("pusher", "centrifugo", "Hello from pusher-js");
  await says("centrifugo", "pusher", "And hello from centrifuge");
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  await page.screenshot({ path: join(folder, `dev-page-${colorScheme}.png`) });
  await context.close();
}

const launcher = join(root, "packages", "server", "bin", "twinwire.mjs");
const server = spawn(process.execPath, [launcher, "dev", "--port", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
try {
  const origin = await listening(server);
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args });
  for (const theme of ["light", "dark"]) await take(browser, origin, theme);
  await browser.close();
} finally {
  server.kill("SIGTERM");
}
