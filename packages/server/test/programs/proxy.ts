import { Events } from "../events.ts";
import { TempFolder } from "../e2e/temp-folder.ts";

export type ProxyName = "nginx" | "caddy";

/** What each says when it listens. */
const ready = { nginx: "start worker process ", caddy: "serving initial configuration" };

function nginxCommand(folder: TempFolder, site: string): readonly string[] {
  const { path } = folder;
  const own = `daemon off; pid ${path}/nginx.pid; error_log stderr notice; events { worker_connections 256; }
http { access_log off; client_body_temp_path ${path}/body; proxy_temp_path ${path}/proxy;
fastcgi_temp_path ${path}/f; uwsgi_temp_path ${path}/u; scgi_temp_path ${path}/s; include ${folder.write("site.conf", site)}; }`;
  return ["nginx", "-p", path, "-c", folder.write("nginx.conf", own)];
}

function caddyCommand(folder: TempFolder, site: string): readonly string[] {
  const own = `{\n\tadmin off\n\tauto_https disable_redirects\n}\n`;
  return ["caddy", "run", "--adapter", "caddyfile", "--config", folder.write("Caddyfile", own + site)];
}

/** A proxy with this site (what stands in `http` of nginx's file, or in a Caddyfile), that listens; ended with its scope. */
export async function startProxy(name: ProxyName, site: string): Promise<AsyncDisposable> {
  const folder = new TempFolder();
  const child = Bun.spawn([...(name === "nginx" ? nginxCommand : caddyCommand)(folder, site)], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, HOME: folder.path },
  });
  const lines = new Events<string>();
  let told = "";
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      told += decoder.decode(chunk, { stream: true });
      if (told.includes(ready[name])) lines.push("ready");
    }
    lines.push("ended");
  };
  void read();
  if ((await lines.next()) === "ended") throw new Error(`${name} ended: ${told}`);
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      folder[Symbol.dispose]();
    },
  };
}
