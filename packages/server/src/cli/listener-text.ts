interface Listener {
  /** Empty: all addresses. */
  readonly address: string;
  readonly port: number;
}

/** Where a server listens. The runtime calls all addresses `localhost`; whoever serves to others had better know. */
export function listenerText({ address, port }: Listener): string {
  return `${address === "" ? "*" : address}:${port}`;
}

/** The host of a server in a URL, for whoever is on the same machine: one that listens everywhere is on loopback too. */
export function nearHost(address: string): string {
  const named = ["", "0.0.0.0", "::"].includes(address) ? "127.0.0.1" : address;
  return named.includes(":") ? `[${named}]` : named;
}

/** Why a server could not start: what happened, and what to do. */
export function startFault(cause: unknown, { address, port }: Listener): string {
  const shown = address === "" ? "*" : address;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE")
    return `port ${port} on ${shown} is taken: stop what listens there, or choose another with --port`;
  if (code === "EACCES")
    return `port ${port} on ${shown} needs more rights: choose one above 1023 with --port`;
  if (code === "EADDRNOTAVAIL" || code === "EINVAL")
    return `${shown} is no address of this machine: choose one of its own with --host`;
  return `cannot start: ${cause instanceof Error ? cause.message : String(cause)}`;
}
