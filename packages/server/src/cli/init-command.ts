import { randomBytes, randomInt } from "node:crypto";
import { closeSync, fchmodSync, openSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import type { Command } from "commander";
import { fail, type Io } from "./io.ts";
import { standardFile } from "./start-commands.ts";

function random(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** A configuration to begin with: fresh secrets, and users with tokens may subscribe and publish. */
export function freshConfig(): Record<string, unknown> {
  const members = {
    presence: true,
    allow_subscribe_for_client: true,
    allow_publish_for_subscriber: true,
    allow_presence_for_subscriber: true,
  };
  return {
    apps: [
      {
        // Digits: the Python SDK takes no other id.
        id: String(randomInt(100_000, 1_000_000)),
        key: random(10),
        secret: random(24),
        public_channels: true,
      },
    ],
    http_server: { port: 8000 },
    http_api: { key: random(24) },
    client: { token: { hmac_secret_key: random(32) }, allowed_origins: [] },
    channel: {
      without_namespace: members,
      namespaces: [
        {
          name: "chat",
          ...members,
          join_leave: true,
          history_size: 100,
          history_ttl: "300s",
          force_recovery: true,
          allow_history_for_subscriber: true,
        },
      ],
    },
  };
}

function init(io: Io, file: string, force: boolean): void {
  if (extname(file) !== ".json") {
    fail(io, [{ path: file, message: "init writes JSON: give a name that ends in .json" }]);
    return;
  }
  try {
    // wx: a file that came up since a check would be lost.
    const descriptor = openSync(file, force ? "w" : "wx", 0o600);
    try {
      // An overwritten file keeps its own mode: others must be kept out before the secrets are in.
      fchmodSync(descriptor, 0o600);
      writeFileSync(descriptor, `${JSON.stringify(freshConfig(), null, 2)}\n`);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const there = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const message = there
      ? "is there already; --force overwrites it"
      : `cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
    fail(io, [{ path: file, message }]);
    return;
  }
  io.stdout.write(
    `${file} written with fresh secrets.\n` +
      "For browsers on the Centrifugo wire, put their origins into client.allowed_origins.\n" +
      `Next: twinwire serve --config ${file}\n`,
  );
}

export function addInitCommand(program: Command, io: Io): void {
  program
    .command("init")
    .description("write a configuration with fresh random secrets")
    .argument("[file]", "file to write", standardFile)
    .option("--force", "overwrite the file")
    .action((file: string, options: { readonly force?: boolean }) => {
      init(io, file, options.force === true);
    });
}
