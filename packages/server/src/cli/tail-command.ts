import { connectionToken, subscriptionToken } from "@twinwire/backend";
import type { Command } from "commander";
import { fail, type Io } from "./io.ts";
import { plainText } from "./plain-text.ts";
import { findServer, serverOptions, type RunningServer, type ServerChoice } from "./running-server.ts";
import { Tail, type Heard } from "./tail.ts";

interface TailOptions extends ServerChoice {
  readonly json?: true;
}

async function tail(io: Io, channels: readonly string[], options: TailOptions): Promise<void> {
  const server = findServer(io, options);
  if ("faults" in server) {
    fail(io, server.faults);
    return;
  }
  if (server.client.token.hmac_secret_key === "") {
    const message = "is empty: tail signs its own tokens, so give a --config that has it";
    fail(io, [{ path: "client.token.hmac_secret_key", message }]);
    return;
  }
  const names = [...new Set(channels)];
  const subscribes = await Promise.all(
    names.map(async (channel) => ({ channel, token: await tokenFor(server, channel) })),
  );
  const print = options.json === true ? jsonLine : textLine;
  const end = await new Tail({
    url: socketUrl(server),
    token: await connectionToken(...keyAndRules(server, false)),
    subscribes,
    heard: (heard) => void io.stdout.write(print(heard)),
    joined: () => void io.stderr.write(`twinwire: listening to ${names.map(plainText).join(", ")}\n`),
  }).ended;
  io.stderr.write(`twinwire: ${plainText(end)}\n`);
  io.exit(1);
}

function socketUrl({ url, socketPath, app }: RunningServer): string {
  const query = app === undefined ? "" : `?app=${encodeURIComponent(app)}`;
  return `${url.replace(/^http/, "ws")}${socketPath}${query}`;
}

/** Nobody's: it is counted as a client, but is no user and no member. */
function keyAndRules({ client }: RunningServer, subscribes: boolean) {
  const rules = subscribes && client.subscription_token.enabled ? client.subscription_token : client.token;
  const { hmac_secret_key: key, audience, issuer, user_id_claim: userClaim } = rules;
  const claims = {
    user: "",
    ...(userClaim === "" ? {} : { userClaim }),
    ...(audience === "" ? {} : { audience }),
    ...(issuer === "" ? {} : { issuer }),
  };
  return [key, claims] as const;
}

function tokenFor(server: RunningServer, channel: string): Promise<string> {
  const [key, claims] = keyAndRules(server, true);
  return subscriptionToken(key, { ...claims, channel, override: { presence: false, joinLeave: false } });
}

function textLine({ channel, data, offset }: Heard): string {
  const at = new Date().toTimeString().slice(0, 8);
  const position = offset === undefined ? "" : ` ${offset}`;
  return `${at} ${plainText(channel)}${position} ${plainText(data)}\n`;
}

/** The data is the text that was published: its numbers are not read. */
function jsonLine({ channel, data, offset }: Heard): string {
  const position = offset === undefined ? "" : `"offset":${offset},`;
  return `{"channel":${JSON.stringify(channel)},${position}"data":${data}}\n`;
}

export function addTailCommand(program: Command, io: Io): void {
  serverOptions(program.command("tail"))
    .description("print what is published to channels of a running server, until one of both is stopped")
    .argument("<channels...>", "the channels")
    .option("--json", "print one JSON object a line")
    .action((channels: readonly string[], options: TailOptions) => tail(io, channels, options));
}
