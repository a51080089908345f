import { devSecrets, type Config } from "../config/index.ts";
import { signToken } from "./token.ts";

/** A secret of somebody's own file is not for the screen. */
function printable(secret: string, known: string): string {
  return secret === known ? secret : "(as in your file)";
}

function pusherLines(config: Config, host: string): readonly string[] {
  const app = config.apps.find((one) => one.enabled);
  if (app === undefined) return [];
  const { port } = config.http_server;
  const tls = config.http_server.tls.enabled;
  return [
    `Pusher      app ${app.id}, key ${app.key}, secret ${printable(app.secret, devSecrets.appSecret)}`,
    `  new Pusher("${app.key}", { cluster: "", wsHost: "${host}", wsPort: ${port}, wssPort: ${port}, forceTLS: ${tls}, ` +
      `enabledTransports: ["ws", "wss"] }).subscribe("news").bind_global(console.log)`,
  ];
}

function centrifugoLines(config: Config, host: string): readonly string[] {
  const { http_api: api, client, websocket, http_server: server } = config;
  const http = `${server.tls.enabled ? "https" : "http"}://${host}:${server.port}`;
  const key = printable(api.key, devSecrets.apiKey);
  const lines = [
    `Centrifugo  API key ${key}, HMAC key ${printable(client.token.hmac_secret_key, devSecrets.hmacSecretKey)}`,
    `  const client = new Centrifuge("${http.replace(/^http/, "ws")}${websocket.handler_prefix}"); client.connect()`,
    `  curl ${http}${api.handler_prefix}/publish -H 'X-API-Key: ${key}' ` +
      `-d '{"channel": "news", "data": {"type": "hello", "data": {"n": 1}}}'`,
  ];
  if (client.token.hmac_secret_key === devSecrets.hmacSecretKey) {
    lines.push(`  token of user "alice": ${signToken({ sub: "alice" }, devSecrets.hmacSecretKey)}`);
  }
  return lines;
}

/** What `twinwire dev` prints: the keys, and lines to paste for both wires. */
export function devSummary(config: Config): string {
  const { address } = config.http_server;
  const host = address === "" || address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address;
  return [...pusherLines(config, host), ...centrifugoLines(config, host)].map((line) => `${line}\n`).join("");
}
