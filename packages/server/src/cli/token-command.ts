import { existsSync } from "node:fs";
import { connectionToken, subscriptionToken } from "@twinwire/backend";
import { InvalidArgumentError, type Command } from "commander";
import { loadConfig, type ClientOptions, type Fault } from "../config/index.ts";
import { fail, type Io } from "./io.ts";
import { standardFile } from "./start-commands.ts";

interface TokenOptions {
  readonly user: string;
  readonly channel?: string;
  readonly exp: number;
  readonly info?: unknown;
  readonly config?: string;
  readonly secret?: string;
}

/** What a server expects of its tokens. */
interface TokenRules {
  readonly secret: string;
  readonly userClaim: string;
  readonly audience?: string;
  readonly issuer?: string;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(given: string): number {
  const match = /^(\d+)([smhd])$/.exec(given);
  if (given === "0") return 0;
  const value = Number(match?.[1]) * (unitSeconds[match?.[2] ?? ""] ?? Number.NaN);
  if (!Number.isFinite(value))
    throw new InvalidArgumentError('It must be a time such as "30m", "1h" or "7d", or 0 for none.');
  return value;
}

function channelName(given: string): string {
  if (given === "") throw new InvalidArgumentError("It must not be empty.");
  return given;
}

function jsonValue(given: string): unknown {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    throw new InvalidArgumentError("It must be JSON.");
  }
}

function rulesOf(client: ClientOptions, subscribes: boolean): TokenRules {
  const keys = subscribes && client.subscription_token.enabled ? client.subscription_token : client.token;
  return {
    secret: keys.hmac_secret_key,
    userClaim: keys.user_id_claim === "" ? "sub" : keys.user_id_claim,
    ...(keys.audience === "" ? {} : { audience: keys.audience }),
    ...(keys.issuer === "" ? {} : { issuer: keys.issuer }),
  };
}

function findRules(io: Io, options: TokenOptions): TokenRules | { readonly faults: readonly Fault[] } {
  if (options.secret !== undefined) return { secret: options.secret, userClaim: "sub" };
  const file = options.config ?? (existsSync(standardFile) ? standardFile : undefined);
  const loaded = loadConfig({ env: io.env, ...(file === undefined ? {} : { file }) });
  if (!loaded.ok) return { faults: loaded.faults };
  return rulesOf(loaded.config.client, options.channel !== undefined);
}

async function printToken(io: Io, options: TokenOptions): Promise<void> {
  const rules = findRules(io, options);
  if ("faults" in rules) {
    fail(io, rules.faults);
    return;
  }
  if (rules.secret === "") {
    fail(io, [
      {
        path: "client.token.hmac_secret_key",
        message: "is empty: give --secret, or a --config that has one",
      },
    ]);
    return;
  }
  const { secret, ...more } = rules;
  const claims = {
    user: options.user,
    ...more,
    ...(options.exp === 0 ? {} : { expiresIn: options.exp }),
    ...(options.info === undefined ? {} : { info: options.info }),
  };
  const { channel } = options;
  const token =
    channel === undefined
      ? await connectionToken(secret, claims)
      : await subscriptionToken(secret, { ...claims, channel });
  io.stdout.write(`${token}\n`);
}

function tokenOptions(command: Command): Command {
  return command
    .requiredOption("--user <id>", "the user; empty for nobody")
    .option("--exp <time>", "how long it holds: 30m, 1h, 7d; 0: for ever", seconds, 3600)
    .option("--info <json>", "what others see of the user", jsonValue)
    .option("--config <file>", `configuration with the key; ${standardFile} if there is one here`)
    .option("--secret <key>", "the key itself");
}

export function addTokenCommand(program: Command, io: Io): void {
  const token = program.command("token").description("print a JWT for a Centrifugo client");
  tokenOptions(token.command("connect"))
    .description("a connection token")
    .action((options: TokenOptions) => printToken(io, options));
  tokenOptions(token.command("subscribe"))
    .description("a subscription token")
    .requiredOption("--channel <name>", "the channel", channelName)
    .action((options: TokenOptions) => printToken(io, options));
}
