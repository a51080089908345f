import { freePort } from "../packages/server/test/free-port.ts";
import { startProxy, type ProxyName } from "../packages/server/test/programs/proxy.ts";
import { fences } from "../test/guide.ts";

/** The piece of docs/laravel-echo.md that takes /rt from the path, with a server around it. */
export async function behindPrefix(
  name: ProxyName,
  twinwire: number,
): Promise<AsyncDisposable & { readonly port: number }> {
  const port = freePort();
  const piece = fences("laravel-echo.md").find(({ language }) => language === name)?.content ?? "";
  const here = piece.replaceAll("127.0.0.1:8000", `127.0.0.1:${twinwire}`);
  const site =
    name === "nginx"
      ? `server { listen 127.0.0.1:${port};\n${here}}`
      : `http://127.0.0.1:${port} {\n${here}}`;
  const proxy = await startProxy(name, site);
  return { port, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}
