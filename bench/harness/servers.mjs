// The servers under test. Each is started afresh for every measurement, on a free port of loopback.
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { tool } from "./build.mjs";
import { bunBelow, end, launch } from "./children.mjs";
import { freePort } from "./port.mjs";
import { openEndpoint, webhookKinds } from "./webhook-endpoint.mjs";
import * as wires from "./wires.mjs";

const START_SECONDS = 15;
const root = fileURLToPath(new URL("../..", import.meta.url));
export const bun = join(root, "node_modules/.bin/bun");
let twinwire = join(root, "packages/server/bin/twinwire.mjs");
export const hasTwinwire = () => existsSync(twinwire);

/** Measures another command line instead, say the one of an older checkout. */
export function useTwinwire(path) {
  twinwire = resolve(path);
}

const secret = () => randomBytes(24).toString("hex");

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket.destroy() && true)).once("error", () => resolve(false));
  });

const healthy = (port) =>
  new Promise((resolve) => {
    const request = get({ port, host: "127.0.0.1", path: "/health", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.setTimeout(1000, () => request.destroy()).once("error", () => resolve(false));
  });

async function start(command, args, { port, directory, isUp, findPid = (pid) => pid }) {
  const log = join(directory, "server.log");
  const child = launch(command, args, log);
  let pid;
  const stop = async () => {
    const stubborn = await end([child.pid, pid === child.pid ? undefined : pid]);
    rmSync(directory, { recursive: true, force: true });
    if (stubborn.length > 0) throw new Error("the server did not end when told to");
  };
  for (let waited = 0; waited < START_SECONDS * 20; waited++) {
    if (child.exitCode !== null || child.pid === undefined) break;
    if (await isUp(port)) {
      pid = findPid(child.pid);
      if (pid !== undefined) return { pid, port, directory, stop };
    }
    await sleep(50);
  }
  const said = readFileSync(log, "utf8").slice(-1500).trim();
  await stop();
  throw new Error(`${command} ${args.join(" ")} does not serve: ${said}`);
}

const workshop = async () => ({
  port: await freePort(),
  directory: mkdtempSync(join(tmpdir(), "twinwire-bench-")),
});

async function startPrototype() {
  const place = await workshop();
  const script = join(root, "bench/prototype.ts");
  const server = await start(bun, [script, String(place.port)], { ...place, isUp: accepts });
  const publish = { wire: "pusher", app: "app-id", key: "app-key", secret: "app-secret" };
  return { ...server, wire: wires.pusher("app-key"), publish };
}

async function startFloor({ rate, batch, bytes }) {
  const place = await workshop();
  const args = [place.port, rate, batch, bytes, 120].map(String);
  const server = await start(tool("wsfloor"), args, { ...place, isUp: accepts });
  return { ...server, wire: wires.none };
}

/** The namespace whose channels can be recovered. */
export const historyNamespace = "history";

function configuration(port, keys, { app, ...more } = {}) {
  const open = { allow_subscribe_for_client: true, allow_subscribe_for_anonymous: true };
  const history = { history_size: 100, history_ttl: "300s", force_recovery: true };
  return {
    http_server: { address: "127.0.0.1", port },
    apps: [
      {
        id: "bench",
        key: keys.app,
        secret: keys.appSecret,
        public_channels: true,
        limits: { connections: 0 },
        ...app,
      },
    ],
    client: {
      token: { hmac_secret_key: keys.token },
      allow_anonymous_connect_without_token: true,
      allowed_origins: ["*"],
    },
    http_api: { key: keys.api },
    prometheus: { enabled: true },
    channel: {
      without_namespace: open,
      namespaces: [{ name: historyNamespace, ...open, ...history }],
    },
    ...more,
  };
}

async function startTwinwire(wire, more) {
  const place = await workshop();
  const keys = { app: secret(), appSecret: secret(), token: secret(), api: secret() };
  const file = join(place.directory, "config.json");
  writeFileSync(file, JSON.stringify(configuration(place.port, keys, more?.(place))));
  const args = [twinwire, "serve", "--config", file];
  const server = await start(process.execPath, args, { ...place, isUp: healthy, findPid: bunBelow });
  if (wire === "pusher") {
    const publish = { wire, app: "bench", key: keys.app, secret: keys.appSecret };
    return { ...server, keys, wire: wires.pusher(keys.app), publish };
  }
  const publish = { wire: "centrifugo", apikey: keys.api };
  return {
    ...server,
    keys,
    wire: wire === "protobuf" ? wires.centrifugoProtobuf : wires.centrifugo,
    publish,
  };
}

/** Twinwire whose application is told of everything, at an endpoint of that kind. */
async function startWithWebhooks(kind) {
  const endpoint = await openEndpoint(kind);
  const told = ["channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event"];
  const more = ({ directory }) => ({
    app: {
      public_channels: true,
      limits: { connections: 0, client_events_per_second: 0 },
      webhooks: kind === "none" ? [] : [{ url: endpoint.url, events: [...told, "subscription_count"] }],
    },
    // A queue that is full within seconds, as the default one is after an hour.
    webhooks: { queue_bytes: 512 * 1024, spool: kind === "spool" ? join(directory, "spool") : "" },
    shutdown: { timeout: "2s" },
  });
  try {
    const server = await startTwinwire("pusher", more);
    return { ...server, stop: () => server.stop().finally(() => endpoint.close()) };
  } catch (error) {
    endpoint.close();
    throw error;
  }
}

const starters = {
  prototype: startPrototype,
  floor: startFloor,
  pusher: () => startTwinwire("pusher"),
  centrifugo: () => startTwinwire("centrifugo"),
  "centrifugo-jwt": () => startTwinwire("centrifugo"),
  ...Object.fromEntries(webhookKinds.map((kind) => [`webhooks-${kind}`, () => startWithWebhooks(kind)])),
  "centrifugo-protobuf": () => startTwinwire("protobuf"),
};

export const subjectNames = Object.keys(starters);
export const isTwinwire = (subject) => subject !== "prototype" && subject !== "floor";

/** Starts `subject`, hands the server to `measure`, and ends it whatever happens. */
export async function withServer(subject, measure, options) {
  const server = await starters[subject](options);
  let result;
  try {
    result = await measure(server);
  } catch (error) {
    await server.stop().catch(() => {});
    throw error;
  }
  await server.stop();
  return result;
}
