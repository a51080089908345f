import { signToken } from "@twinwire/backend";
import { devSecrets, type Config } from "../config/index.ts";
import { nearHost } from "./listener-text.ts";
import type { Listening } from "./start-commands.ts";

/** A secret of somebody's own file is not for the screen. */
function printable(secret: string, known: string): string {
  return secret === known ? secret : "(as in your file)";
}

function pusherLines(config: Config, host: string, port: number): readonly string[] {
  const app = config.apps.find((one) => one.enabled);
  if (app === undefined) return [];
  const tls = config.http_server.tls.enabled;
  return [
    `Pusher      app ${app.id}, key ${app.key}, secret ${printable(app.secret, devSecrets.appSecret)}`,
    `  new Pusher("${app.key}", { cluster: "", wsHost: "${host}", wsPort: ${port}, wssPort: ${port}, forceTLS: ${tls}, ` +
      `enabledTransports: ["ws"] }).subscribe("news").bind_global(console.log)`,
  ];
}

async function centrifugoLines(config: Config, origin: string): Promise<readonly string[]> {
  const { http_api: api, client, websocket } = config;
  const key = printable(api.key, devSecrets.apiKey);
  const lines = [
    `Centrifugo  API key ${key}, HMAC key ${printable(client.token.hmac_secret_key, devSecrets.hmacSecretKey)}`,
    `  const client = new Centrifuge("${origin.replace(/^http/, "ws")}${websocket.handler_prefix}"); client.connect(); ` +
      `client.newSubscription("news").on("publication", console.log).subscribe()`,
    `  curl ${origin}${api.handler_prefix}/publish -H 'X-API-Key: ${key}' ` +
      `-d '{"channel": "news", "data": {"type": "hello", "data": {"n": 1}}}'`,
  ];
  if (client.token.hmac_secret_key === devSecrets.hmacSecretKey) {
    const token = await signToken(devSecrets.hmacSecretKey, { sub: "alice" });
    lines.push(`  token of user "alice": ${token}`);
  }
  return lines;
}

/** What `twinwire dev` prints: the page, the keys, and lines to paste for both wires. */
export async function devSummary(config: Config, { host, port, pages = [] }: Listening): Promise<string> {
  const inUrl = nearHost(host);
  const origin = `${config.http_server.tls.enabled ? "https" : "http"}://${inUrl}:${port}`;
  const lines = [
    `Page        ${origin}`,
    ...pages.map(({ path, name }) => `${name.padEnd(11)} ${origin}${path}`),
    ...pusherLines(config, inUrl, port),
    ...(await centrifugoLines(config, origin)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
