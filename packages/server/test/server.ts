import { loadConfig, type Config } from "../src/config/index.ts";
import { startServer, type Mode, type RunningServer } from "../src/compose.ts";

/** Keys that the tests' servers are started with. */
export const keys = {
  app: { id: "1000", key: "test-key", secret: "test-secret" },
  apiKey: "test-api-key",
  hmac: "test-hmac-secret",
} as const;

/** A configuration with one app and every key, on which tests put their own options. */
export function baseConfig(): Record<string, unknown> {
  return {
    http_server: { address: "127.0.0.1", port: 0 },
    log: { level: "none" },
    shutdown: { timeout: "1s" },
    http_api: { key: keys.apiKey },
    client: { token: { hmac_secret_key: keys.hmac }, allowed_origins: ["*"] },
    prometheus: { enabled: true },
    apps: [{ ...keys.app, public_channels: true }],
  };
}

export interface TestServer extends AsyncDisposable {
  readonly running: RunningServer;
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

const read = new Map<string, Config>();

/** A configuration is read once, however many tests start a server with it. */
function configOf(content: string): Config {
  const known = read.get(content);
  if (known !== undefined) return known;
  const loaded = loadConfig({ text: { name: "test.json", content }, env: {} });
  if (!loaded.ok) throw new Error(loaded.faults.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  read.set(content, loaded.config);
  return loaded.config;
}

/** Starts a real server on a free port. `config` replaces sections of `baseConfig`. */
export function startTestServer(config: Record<string, unknown> = {}, mode: Mode = "serve"): TestServer {
  const running = startServer(configOf(JSON.stringify({ ...baseConfig(), ...config })), mode);
  return {
    running,
    port: running.port,
    url: `http://127.0.0.1:${running.port}`,
    async [Symbol.asyncDispose]() {
      await running.stop();
    },
  };
}
