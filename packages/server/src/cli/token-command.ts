import { existsSync } from "node:fs";
import { connectionToken, subscriptionToken } from "@twinwire/backend";
import { InvalidArgumentError, type Command } from "commander";
import { loadConfig, type ClientOptions, type Config, type Fault } from "../config/index.ts";
import { jsonValue, notEmpty } from "./arguments.ts";
import { fail, type Io } from "./io.ts";
import { standardFile } from "./start-commands.ts";

interface TokenOptions {
  readonly user: string;
  readonly channel?: string;
  readonly exp: number;
  readonly info?: unknown;
  readonly config?: string;
  readonly secret?: string;
  readonly app?: string;
  readonly audience?: string;
  readonly issuer?: string;
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

/** The options of the app that is asked for by its key; of the first, and without apps of the top level. */
function clientOf(
  config: Config,
  app: string | undefined,
): { path: string; client: ClientOptions } | undefined {
  if (app === undefined) return { path: "client", client: config.client };
  const index = config.apps.findIndex(({ key, id }) => key === app || id === app);
  const found = config.apps[index];
  if (found === undefined) return undefined;
  return { path: index === 0 ? "client" : `apps[${index}].client`, client: found.client };
}

function rulesOf(config: Config, options: TokenOptions): TokenRules | { readonly faults: readonly Fault[] } {
  const of = clientOf(config, options.app);
  if (of === undefined)
    return { faults: [{ path: "--app", message: "no app of the configuration has this key" }] };
  const { client } = of;
  const own = options.channel !== undefined && client.subscription_token.enabled;
  const keys = own ? client.subscription_token : client.token;
  const path = `${of.path}.${own ? "subscription_token" : "token"}`;
  const faults = unsignable(path, keys);
  if (faults.length > 0) return { faults };
  const audience = options.audience ?? keys.audience;
  const issuer = options.issuer ?? keys.issuer;
  for (const name of ["audience", "issuer"] as const)
    if (keys[`${name}_regex`] !== "" && options[name] === undefined)
      return {
        faults: [
          { path: `${path}.${name}_regex`, message: `is a pattern: give --${name} with what it takes` },
        ],
      };
  return {
    secret: keys.hmac_secret_key,
    userClaim: keys.user_id_claim === "" ? "sub" : keys.user_id_claim,
    ...(audience === "" ? {} : { audience }),
    ...(issuer === "" ? {} : { issuer }),
  };
}

/** Of key pairs a server has the public half alone. */
function unsignable(path: string, keys: ClientOptions["token"]): readonly Fault[] {
  const back = "only the back end can sign, by its private key";
  if (keys.jwks_public_endpoint !== "")
    return [{ path: `${path}.jwks_public_endpoint`, message: `leads to public keys: ${back}` }];
  if (keys.hmac_secret_key !== "") return [];
  for (const name of ["rsa_public_key", "ecdsa_public_key"] as const)
    if (keys[name] !== "") return [{ path: `${path}.${name}`, message: `is a public key: ${back}` }];
  return [
    { path: `${path}.hmac_secret_key`, message: "is empty: give --secret, or a --config that has one" },
  ];
}

function findRules(io: Io, options: TokenOptions): TokenRules | { readonly faults: readonly Fault[] } {
  const { secret, audience, issuer } = options;
  if (secret !== undefined)
    return {
      secret,
      userClaim: "sub",
      ...(audience === undefined ? {} : { audience }),
      ...(issuer === undefined ? {} : { issuer }),
    };
  const file = options.config ?? (existsSync(standardFile) ? standardFile : undefined);
  const loaded = loadConfig({ env: io.env, ...(file === undefined ? {} : { file }) });
  return loaded.ok ? rulesOf(loaded.config, options) : { faults: loaded.faults };
}

async function printToken(io: Io, options: TokenOptions): Promise<void> {
  const rules = findRules(io, options);
  if ("faults" in rules) {
    fail(io, rules.faults);
    return;
  }
  const { secret, ...more } = rules;
  if (secret === "") {
    fail(io, [{ path: "--secret", message: "is empty" }]);
    return;
  }
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
    .option("--app <key>", "the app whose keys it is signed by; the first")
    .option("--audience <text>", "the aud claim, where the configuration has a pattern for it")
    .option("--issuer <text>", "the iss claim, likewise")
    .option("--secret <key>", "the key itself");
}

export function addTokenCommand(program: Command, io: Io): void {
  const token = program.command("token").description("print a JWT for a Centrifugo client");
  tokenOptions(token.command("connect"))
    .description("a connection token")
    .action((options: TokenOptions) => printToken(io, options));
  tokenOptions(token.command("subscribe"))
    .description("a subscription token")
    .requiredOption("--channel <name>", "the channel", notEmpty)
    .action((options: TokenOptions) => printToken(io, options));
}
