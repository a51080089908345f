import { readFileSync } from "node:fs";
import type { Config } from "../config/index.ts";

/** Listener, log, files of the runtime, calls to the application: beside the clients' sockets. */
const besideClients = 64;

/** Files this process may have open, where the system says so in /proc; undefined elsewhere, and where there is no limit. */
export function softLimit(
  limits: () => string = () => readFileSync("/proc/self/limits", "utf8"),
): number | undefined {
  let text: string;
  try {
    text = limits();
  } catch {
    return undefined;
  }
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

function wantedConnections(config: Config): { readonly count: number; readonly path: string } {
  const all = config.client.connection_limit;
  if (all > 0) return { count: all, path: "client.connection_limit" };
  const ofApps = config.apps.reduce((sum, app) => sum + app.limits.connections, 0);
  return { count: ofApps, path: "apps[].limits.connections" };
}

/** Tells that the connections the configuration allows would not fit; nothing is raised here, as only the parent process can. */
export function descriptorWarning(
  config: Config,
  soft: number | undefined = softLimit(),
): string | undefined {
  const { count, path } = wantedConnections(config);
  const needed = count + besideClients;
  if (soft === undefined || count === 0 || needed <= soft) return undefined;
  return (
    `${path} allows ${count} connections, but this process may open only ${soft} files: ` +
    `raise the limit to ${needed} or more (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of docker)`
  );
}
