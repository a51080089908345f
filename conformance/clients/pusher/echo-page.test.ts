// docs/laravel-echo.md, as it stands but for ports and the key.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser, openPage, skipped as noBrowser } from "../../../packages/server/test/browser.ts";
import { PusherClient } from "../../../packages/server/test/clients.ts";
import { Events } from "../../../packages/server/test/events.ts";
import { readLines } from "../../../packages/server/test/lines.ts";
import { goesWithout, notInstalled } from "../../../packages/server/test/programs/required.ts";
import { keys } from "../../../packages/server/test/server.ts";
import { fences } from "../../../test/guide.ts";
import { behindPrefix } from "../../prefix-proxy.ts";
import { infoOf } from "./application.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const snippet = fences("laravel-echo.md").find(({ about }) => about === "echo.mjs")?.content ?? "";
let folder: string;
beforeAll(() => {
  // Inside, so that packages are found.
  folder = mkdtempSync(join(import.meta.dir, "..", "..", "..", "node_modules", ".cache", "echo-page-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Running extends AsyncDisposable {
  readonly lines: Events<string>;
  renew(bearer: string): Promise<void>;
}

function here(world: World, ...changes: readonly (readonly [string, string])[]): string {
  const all = [
    ...changes,
    ["wsPort: 8000", `wsPort: ${world.network.port}`],
    ["http://127.0.0.1:3000", world.application.url],
    ['"app-key"', JSON.stringify(keys.app.key)],
  ] as const;
  return all.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`docs/laravel-echo.md has no ${from}`);
    return text.replaceAll(from, to);
  }, snippet);
}

async function inNode(program: string, bearer: string): Promise<Running> {
  const file = join(folder, `${crypto.randomUUID()}.mjs`);
  const renewing = `process.stdin.on("data", (given) => { globalThis.bearer = String(given); console.log("renewed"); });`;
  writeFileSync(file, `globalThis.bearer = ${JSON.stringify(bearer)};\n${renewing}\n${program}`);
  const child = Bun.spawn(["node", file], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const lines = new Events<string>();
  void readLines(child.stdout, lines);
  return {
    lines,
    async renew(next) {
      void child.stdin.write(next);
      void child.stdin.flush();
      await lines.first((line) => line === "renewed");
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

async function inBrowser(program: string, bearer: string, world: World): Promise<Running> {
  const file = join(folder, `${crypto.randomUUID()}.mjs`);
  writeFileSync(file, program.replace('"pusher-js"', '"pusher-js/with-encryption"'));
  const built = await Bun.build({ entrypoints: [file], target: "browser" });
  const content = (await built.outputs[0]?.text()) ?? "";
  world.application.files.set("/echo.js", { type: "text/javascript", content });
  world.application.files.set("/echo", { type: "text/html", content: "<!doctype html><title>echo</title>" });
  const browser = await launchBrowser();
  const { page } = await openPage(browser, `${world.application.url}/echo`);
  const lines = new Events<string>();
  page.on("console", (message) => {
    lines.push(message.text());
  });
  const give = (next: string): Promise<void> =>
    page.evaluate((given) => {
      Object.assign(globalThis, { bearer: given });
    }, next);
  await give(bearer);
  await page.addScriptTag({ url: "/echo.js" });
  return { lines, renew: give, [Symbol.asyncDispose]: () => browser.close() };
}

const says = (running: Running, line: string): Promise<string> => running.lines.first((one) => one === line);
const greet = { text: "hello" };

async function wholeRound(world: World, running: Running): Promise<void> {
  await says(running, "subscribed");
  await says(running, "safe");
  await says(running, "here: 1");
  const { api } = world;
  await api.trigger("news", "App\\Events\\Said", greet);
  await api.trigger("private-orders.7", "order.shipped", greet);
  const notification = "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";
  await api.trigger("private-orders.7", notification, greet);
  await api.trigger("private-encrypted-safe.1", "App\\Events\\Said", greet);
  await using bob = await PusherClient.connect(world.port, { user: "bob", info: infoOf("bob") });
  await bob.join("presence-room.1");
  await bob.join("private-orders.7");
  await bob.say("private-orders.7", "typing", greet);
  await bob.leave("presence-room.1");
  for (const line of ["App\\Events\\Said", "order.shipped", "notification", "encrypted", "whisper"])
    await says(running, `${line}: hello`);
  await says(running, "joining: Bob");
  await says(running, "leaving: Bob");
}

/** The bearer expires, the connection is cut, and the page has a new bearer by then. */
async function sleep(world: World, running: Running, old: string): Promise<void> {
  const { asked, bearers } = world.application;
  bearers.delete(old);
  const fresh = world.application.admit("ann");
  await running.renew(fresh);
  world.network.cut();
  const channel = "private-orders.7";
  expect((await asked.first((one) => one.channel === channel && one.bearer === fresh)).status).toBe(200);
  const isSubscribed = (line: string): boolean => line === "subscribed";
  await running.lines.first(() => running.lines.all.filter(isSubscribed).length === 2);
  await world.api.trigger(channel, "order.shipped", { text: "after sleep" });
  await says(running, "order.shipped: after sleep");
  expect(running.lines.all.filter((line) => line.startsWith("refused"))).toEqual([]);
}

const pusher = ['broadcaster: "reverb",', 'broadcaster: "pusher",\n  cluster: "",'] as const;

describe("docs/laravel-echo.md", () => {
  test.each([
    ["reverb", []],
    ["pusher", [pusher]],
  ] as const)("in Node, broadcaster %s", async (_name, changes) => {
    await using world = await World.start();
    const bearer = world.application.admit("ann");
    await using running = await inNode(here(world, ...changes), bearer);
    await wholeRound(world, running);
    await sleep(world, running, bearer);
  });

  test.skipIf(noBrowser)("in a browser", async () => {
    await using world = await World.start();
    const bearer = world.application.admit("ann");
    await using running = await inBrowser(here(world), bearer, world);
    await wholeRound(world, running);
    await sleep(world, running, bearer);
  });

  test("a bearer that is read once is refused after the cut", async () => {
    await using world = await World.start();
    const bearer = world.application.admit("ann");
    const once = [
      /channelAuthorization: \{[\s\S]*?\n {2}\},/.exec(snippet)?.[0] ?? "",
      `authEndpoint: "${world.application.url}/broadcasting/auth", bearerToken: globalThis.bearer, // http://127.0.0.1:3000`,
    ] as const;
    await using running = await inNode(here(world, once), bearer);
    await says(running, "subscribed");
    world.application.bearers.delete(bearer);
    await running.renew(world.application.admit("ann"));
    world.network.cut();
    await says(running, "refused: 401");
  });

  for (const proxy of ["nginx", "caddy"] as const)
    test.skipIf(goesWithout(`Echo behind ${proxy}`, notInstalled(proxy)))(
      `wsPath behind ${proxy}`,
      async () => {
        await using world = await World.start();
        await using front = await behindPrefix(proxy, world.network.port);
        const path = ["wsPort: 8000,", `wsPort: ${front.port}, wsPath: "/rt", // wsPort: 8000`] as const;
        await using running = await inNode(here(world, path), world.application.admit("ann"));
        await wholeRound(world, running);
      },
    );
});
