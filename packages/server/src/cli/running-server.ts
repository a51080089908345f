import { existsSync } from "node:fs";
import type { Command } from "commander";
import {
  externalTls,
  internalTls,
  loadConfig,
  loadDevConfig,
  type ClientOptions,
  type Config,
  type Fault,
  type Loaded,
} from "../config/index.ts";
import type { Io } from "./io.ts";
import { nearHost } from "./listener-text.ts";
import { standardFile } from "./start-commands.ts";

/** The options of all commands that talk to a running server. */
export interface ServerChoice {
  readonly url?: string;
  readonly app?: string;
  readonly config?: string;
  readonly dev?: true;
}

/** A running server, as its own configuration describes it. */
export interface RunningServer {
  /** For clients: `http://127.0.0.1:8000`, with the path prefix of a proxy if there is one; no slash at its end. */
  readonly url: string;
  /** Key of the app that is meant; undefined = the first. */
  readonly app: string | undefined;
  /** Of the server API: `http://127.0.0.1:8000/api`. */
  readonly apiUrl: string;
  /** Path of the Centrifugo WebSocket behind the URL. */
  readonly socketPath: string;
  /** Empty where the configuration has none. */
  readonly apiKey: string;
  readonly client: ClientOptions;
}

export function serverOptions(command: Command): Command {
  return command
    .option("--url <url>", "where the server is; without it, where the configuration lets it listen")
    .option("--config <file>", `its configuration; ${standardFile} if there is one here`)
    .option("--dev", "it is one that twinwire dev runs, with the keys that everybody knows")
    .option("--app <key>", "key of the app that is meant, where there are several");
}

/** Reads where the server is and what opens it. */
export function findServer(
  io: Io,
  choice: ServerChoice,
): RunningServer | { readonly faults: readonly Fault[] } {
  const loaded = load(io, choice);
  if (!loaded.ok) return { faults: loaded.faults };
  const { config } = loaded;
  const given = choice.url === undefined ? undefined : givenUrl(choice.url);
  const url = choice.url === undefined ? ownUrl(config) : given;
  if (url === undefined)
    return { faults: [{ path: "--url", message: "is no URL such as https://example.org" }] };
  const app = config.apps.find(({ key }) => key === choice.app);
  if (choice.app !== undefined && app === undefined && config.apps.length > 0)
    return { faults: [{ path: "--app", message: "is the key of no app of the configuration" }] };
  // What the top level says is the first app's (B13).
  const own = app === undefined || app === config.apps[0] ? config : app;
  return {
    url,
    app: choice.app,
    apiUrl: `${given ?? ownApiUrl(config)}${config.http_api.handler_prefix.replace(/\/+$/, "")}`,
    socketPath: config.websocket.handler_prefix,
    apiKey: own.http_api.key,
    client: own.client,
  };
}

/** The same file that the command which started the server would read. */
function load(io: Io, { config, dev }: ServerChoice): Loaded {
  const source = (file: string | undefined) => ({ env: io.env, ...(file === undefined ? {} : { file }) });
  if (dev === true) return loadDevConfig(source(config));
  return loadConfig(source(config ?? (existsSync(standardFile) ? standardFile : undefined)));
}

function ownUrl(config: Config): string {
  const { address, port } = config.http_server;
  return originOf(address, port, externalTls(config) !== undefined);
}

/** The server API is on the internal port, where there is one. */
function ownApiUrl(config: Config): string {
  const { address, internal_port: port, internal_address: internal } = config.http_server;
  return port === 0 || port === config.http_server.port
    ? ownUrl(config)
    : originOf(internal === "" ? address : internal, port, internalTls(config) !== undefined);
}

function originOf(address: string, port: number, secure: boolean): string {
  return `${secure ? "https" : "http"}://${nearHost(address)}:${port}`;
}

function givenUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
