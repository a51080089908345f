import type { Server } from "bun";
import { externalTls, internalTls, type Config, type ListenerTls } from "./config/index.ts";
import { listen, type ListenerSettings } from "./http/listener.ts";
import type { Route } from "./http/route.ts";

/** What this process answers, by whom it is for. */
export interface Surfaces {
  /** Clients, back ends that sign what they send, and pages. */
  readonly outside: readonly Route[];
  /** Centrifugo's server API. */
  readonly api: readonly Route[];
  /** Health and metrics. */
  readonly operations: readonly Route[];
}

type Sockets<Data> = Pick<ListenerSettings<Data>, "pages" | "websocket" | "upgrade" | "answered" | "defect">;

/** The ports of one process. */
export interface Listeners<Data> {
  readonly server: Server<Data>;
  /** Resolves when no request is being answered any more; `force` cuts them off. */
  stop(force?: boolean): Promise<void>;
}

/**
 * Listens on the port of all, and on the internal one where there is one: server API and operations are there alone
 * then, but for `http_api.external` (protocol notes, 10.2). Throws where a port or a certificate cannot be used.
 */
export function openListeners<Data>(
  config: Config,
  surfaces: Surfaces,
  sockets: Sockets<Data>,
): Listeners<Data> {
  const {
    address,
    port,
    internal_port: internalPort,
    internal_address: internalAddress,
  } = config.http_server;
  const apart = internalPort !== 0 && internalPort !== port;
  const inside = [...surfaces.operations, ...surfaces.api];
  const external = config.http_api.external ? surfaces.api : [];
  const server = listen({
    host: address,
    port,
    tls: tlsOf(externalTls(config)),
    routes: [...surfaces.outside, ...(apart ? external : inside)],
    ...sockets,
  });
  if (!apart) return { server, stop: (force) => server.stop(force) };
  let internal: Server<Data>;
  try {
    internal = listen({
      host: internalAddress === "" ? address : internalAddress,
      port: internalPort,
      tls: tlsOf(internalTls(config)),
      routes: inside,
      ...sockets,
      pages: {},
      upgrade: () => new Response("not found\n", { status: 404 }),
    });
  } catch (cause) {
    void server.stop(true);
    throw cause;
  }
  const stop = async (force?: boolean): Promise<void> => {
    await Promise.all([server.stop(force), internal.stop(force)]);
  };
  return { server, stop };
}

function tlsOf(tls: ListenerTls | undefined): ListenerSettings<unknown>["tls"] {
  if (tls === undefined) return undefined;
  const { cert_pem: cert, key_pem: key, client_ca_pem: clientCa } = tls;
  return { cert, key, clientCa: clientCa === "" ? undefined : clientCa };
}
