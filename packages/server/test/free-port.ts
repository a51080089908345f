/** A port that was free a moment ago: for programs that do not take 0. */
export function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port = 0 } = probe;
  void probe.stop(true);
  return port;
}
