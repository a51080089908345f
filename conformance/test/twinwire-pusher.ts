import { join } from "node:path";
import { Launched } from "../../packages/server/test/e2e/launched.ts";
import { TempFolder } from "../../packages/server/test/e2e/temp-folder.ts";
import { freePort } from "../../packages/server/test/free-port.ts";
import { specialApps, type AppKeys, type SpecialApp } from "../pusher/target.ts";

/** What an app has that a line needs. */
const options: Readonly<Record<SpecialApp, Readonly<Record<string, unknown>>>> = {
  other: {},
  disabled: { enabled: false },
  "tls-only": { tls_only: true },
  quota: { limits: { connections: 2 } },
  origins: { allowed_origins: ["https://allowed.example"] },
  authorized: { authorized_within: "2s" },
  quiet: { activity_timeout: "1s" },
  "no-client-events": { client_events: false },
};

const app: AppKeys = { id: "1000", key: "conformance-key", secret: "conformance-secret" };

function special(kind: SpecialApp): AppKeys {
  return { id: `app-${kind}`, key: `key-${kind}`, secret: `secret-${kind}` };
}

const kinds = Object.keys(specialApps) as SpecialApp[];

/** A Twinwire process on which every line can be tried, and the program's arguments for it. */
export class ConformingTwinwire implements AsyncDisposable {
  private constructor(
    private readonly folder: TempFolder,
    private readonly server: Launched,
    /** Where it sends its webhooks. */
    readonly hookPort: number,
  ) {}

  static async start(): Promise<ConformingTwinwire> {
    const folder = new TempFolder();
    const hookPort = freePort();
    const config = {
      http_server: { address: "127.0.0.1", port: 0 },
      log: { level: "none" },
      shutdown: { timeout: "1s" },
      apps: [
        {
          ...app,
          webhooks: [
            {
              url: `http://127.0.0.1:${hookPort}`,
              events: [
                "channel_occupied",
                "channel_vacated",
                "member_added",
                "member_removed",
                "client_event",
                "cache_miss",
                "subscription_count",
              ],
            },
          ],
        },
        ...kinds.map((kind) => ({ ...special(kind), ...options[kind] })),
      ],
    };
    const file = join(folder.path, "twinwire.json");
    await Bun.write(file, JSON.stringify(config));
    return new ConformingTwinwire(folder, await Launched.start(["serve", "--config", file]), hookPort);
  }

  get url(): string {
    return this.server.url;
  }

  /** What the program is called with; `url`: of something in front of the server. */
  arguments(url = this.url): string[] {
    const keys = ["--app-id", app.id, "--key", app.key, "--secret", app.secret];
    const others = kinds.flatMap((kind) => {
      const { id, key, secret } = special(kind);
      return [`--${kind}-app`, `${id}:${key}:${secret}`];
    });
    return [url, ...keys, ...others, "--webhooks", `127.0.0.1:${this.hookPort}`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}
