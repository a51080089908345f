import { join } from "node:path";
import { Launched } from "../../packages/server/test/e2e/launched.ts";
import { TempFolder } from "../../packages/server/test/e2e/temp-folder.ts";
import {
  configuration,
  origin,
  personal,
  rpc,
  secondConfiguration,
  tokenRules,
  userConnections,
} from "../centrifugo/configuration.ts";

const apiKey = "conformance-api-key";
const secret = "conformance-hmac-secret";

async function start(folder: TempFolder, config: Readonly<Record<string, unknown>>): Promise<Launched> {
  const file = join(folder.path, "twinwire.json");
  const own = {
    http_server: { address: "127.0.0.1", port: 0 },
    log: { level: "none" },
    shutdown: { timeout: "1s" },
  };
  await Bun.write(file, JSON.stringify({ ...config, ...own }));
  return Launched.start(["serve", "--config", file]);
}

/** Two Twinwire processes on which every line of the Centrifugo program can be tried, and the program's arguments for them. */
export class CentrifugoTwinwire implements AsyncDisposable {
  private constructor(
    private readonly folder: TempFolder,
    private readonly servers: readonly [Launched, Launched],
  ) {}

  static async start(): Promise<CentrifugoTwinwire> {
    const folder = new TempFolder();
    const first = await start(folder, configuration(apiKey, secret));
    const second = await start(folder, secondConfiguration(apiKey, secret));
    return new CentrifugoTwinwire(folder, [first, second]);
  }

  get url(): string {
    return this.servers[0].url;
  }

  get secondUrl(): string {
    return this.servers[1].url;
  }

  /** The keys alone; `url`: of something in front of the server. */
  bareArguments(url = this.url): string[] {
    const { issuer, audience } = tokenRules;
    return [url, "--api-key", apiKey, "--hmac-secret", secret, "--issuer", issuer, "--audience", audience];
  }

  arguments(url = this.url, secondUrl = this.secondUrl): string[] {
    const named = {
      namespaces: "all",
      personal,
      rpc,
      origin,
      "user-connections": String(userConnections),
      second: secondUrl,
    };
    return [
      ...this.bareArguments(url),
      "--short-delays",
      "--transports",
      ...Object.entries(named).flatMap(([name, value]) => [`--${name}`, value]),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
    this.folder[Symbol.dispose]();
  }
}
