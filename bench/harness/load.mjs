// The two load programs as functions: WebSocket clients, and publishers over HTTP.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tool } from "./build.mjs";
import { end, run } from "./children.mjs";

/**
 * Clients of `server`, each in `channel` ("c%d"). `frames` replaces what they send after the handshake, one entry a client.
 * `onReady` is called when all have joined. Throws if anybody was refused or lost its connection.
 */
export async function clients(server, options) {
  const { count, seconds, warm, channel = "c%d", modulus, ready, pong, onReady } = options;
  const { wire } = server;
  const frames = options.frames ?? ownFrames(wire, options);
  const env = { SERVER_PID: String(server.pid), MARK: wire.mark, READY: ready ?? wire.ready ?? "" };
  const subs = frames ? ["%s"] : wire.subscribe ? [wire.subscribe(channel)] : [];
  if (frames) {
    env.LINES = join(server.directory, "frames.txt");
    writeFileSync(env.LINES, frames.map((frame) => `${frame.replaceAll("\n", "\x01")}\n`).join(""));
  }
  if (modulus) env.MOD = String(modulus);
  if (pong) env.PONG = "1";
  const onLine = (line) => line.event === "ready" && onReady?.();
  const args = [server.port, wire.path, count, seconds, warm, ...subs].map(String);
  const result = await run(tool("wsload"), args, { env, onLine }).done;
  if (result.refused + result.closed > 0) {
    throw new Error(`${result.refused} clients were refused and ${result.closed} lost their connection`);
  }
  return result;
}

/** On a wire whose frames are no text to put an index into: one for each client. */
function ownFrames({ frame }, { count, channel = "c%d", modulus = count }) {
  if (!frame) return undefined;
  return Array.from({ length: count }, (_, index) => frame(channel.replace("%d", index % modulus)));
}

/** Starts publishing to `server`; `finish()` ends it, and answers with its figures. */
export function publisher(server, options) {
  const args = Object.entries({ port: server.port, ...server.publish, ...options });
  const { pid, done } = run(
    tool("httpload"),
    args.map(([name, value]) => `${name}=${value}`),
  );
  return {
    done,
    async finish() {
      await end([pid]);
      return done;
    },
  };
}

/** Clients that listen while `rate` messages a second are published: figures of the window, and what was short. */
export async function listening(server, { rate, perMessage, publishers, ...options }) {
  let publishing;
  const onReady = () => {
    if (!server.publish) return; // the floor sends by itself
    const seconds = options.warm + options.seconds + 5;
    publishing = publisher(server, { rate, seconds, ...publishers });
  };
  let result;
  let published;
  try {
    result = await clients(server, { ...options, onReady });
  } finally {
    published = await publishing?.finish();
  }
  const notes = [];
  const share = result.messages / (rate * perMessage * result.seconds);
  if (share < 0.97) notes.push(`only ${Math.round(share * 100)} % of the deliveries came within the window`);
  if (published && published.mostBehind > rate / 2) {
    notes.push(`the publisher was ${published.mostBehind} messages behind its schedule`);
  }
  return { ...result, notes };
}
