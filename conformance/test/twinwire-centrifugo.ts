import { join } from "node:path";
import { Launched } from "../../packages/server/test/e2e/launched.ts";
import { TempFolder } from "../../packages/server/test/e2e/temp-folder.ts";
import { configuration, personal, rpc, tokenRules, userConnections } from "../centrifugo/namespaces.ts";

const apiKey = "conformance-api-key";
const secret = "conformance-hmac-secret";

/** A Twinwire process on which every line of the Centrifugo program can be tried, and the program's arguments for it. */
export class CentrifugoTwinwire implements AsyncDisposable {
  private constructor(
    private readonly folder: TempFolder,
    private readonly server: Launched,
  ) {}

  static async start(): Promise<CentrifugoTwinwire> {
    const folder = new TempFolder();
    const config = {
      ...configuration(apiKey, secret),
      http_server: { address: "127.0.0.1", port: 0 },
      log: { level: "none" },
      shutdown: { timeout: "1s" },
    };
    const file = join(folder.path, "twinwire.json");
    await Bun.write(file, JSON.stringify(config));
    return new CentrifugoTwinwire(folder, await Launched.start(["serve", "--config", file]));
  }

  get url(): string {
    return this.server.url;
  }

  /** The keys alone; `url`: of something in front of the server. */
  bareArguments(url = this.url): string[] {
    const { issuer, audience } = tokenRules;
    return [url, "--api-key", apiKey, "--hmac-secret", secret, "--issuer", issuer, "--audience", audience];
  }

  arguments(url = this.url): string[] {
    const limit = String(userConnections);
    return [
      ...this.bareArguments(url),
      "--namespaces",
      "all",
      "--short-delays",
      "--transports",
      "--personal",
      personal,
      "--rpc",
      rpc,
      "--user-connections",
      limit,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}
