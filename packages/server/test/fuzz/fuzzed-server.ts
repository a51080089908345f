import { Launched } from "../e2e/launched.ts";
import type { TempFolder } from "../e2e/temp-folder.ts";
import { baseConfig, keys } from "../server.ts";

/** A server process, whose memory is its own. Clients may send as many client events as they like, to get behind that limit. */
export async function startFuzzed(folder: TempFolder): Promise<Launched> {
  const config = {
    ...baseConfig(),
    channel: { without_namespace: { allow_subscribe_for_client: true } },
    apps: [{ ...keys.app, public_channels: true, limits: { client_events_per_second: 0 } }],
  };
  return Launched.start(["serve", "--config", folder.write("fuzzed.json", JSON.stringify(config))]);
}
