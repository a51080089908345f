import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const root = join(import.meta.dir, "..");

/** npm name → folder, in the order in which one needs the other. */
export const packageFolders = {
  "@twinwire/backend": "backend",
  "@twinwire/events": "events",
  "@twinwire/pusher-recovery": "pusher-recovery",
  "@twinwire/vms": "vms",
  "@twinwire/vk-live": "vk-live",
  twinwire: "server",
} as const;

export type PackageName = keyof typeof packageFolders;

export interface Ran {
  readonly ok: boolean;
  readonly out: string;
  readonly told: string;
}

/** Runs a command to its end. */
export async function run(command: readonly string[], cwd: string): Promise<Ran> {
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [code, out, errors] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { ok: code === 0, out, told: out + errors };
}

const tarballs = new Map<PackageName, Promise<string>>();
let store: string | undefined;

/** A package as npm would publish it: built and packed once a run. */
function packed(name: PackageName): Promise<string> {
  const known = tarballs.get(name);
  if (known !== undefined) return known;
  const folder = (store ??= mkdtempSync(join(tmpdir(), "twinwire-packed-")));
  const pack = async (): Promise<string> => {
    const into = join(folder, packageFolders[name]);
    mkdirSync(into);
    const command = ["npm", "pack", "--pack-destination", into, "--loglevel=error"];
    const ran = await run(command, join(root, "packages", packageFolders[name]));
    const file = readdirSync(into).find((entry) => entry.endsWith(".tgz"));
    if (!ran.ok || file === undefined) throw new Error(`npm pack of ${name} failed: ${ran.told}`);
    return join(into, file);
  };
  const tarball = pack();
  tarballs.set(name, tarball);
  return tarball;
}

/** Removes what was packed; for afterAll. */
export function forgetPacked(): void {
  if (store !== undefined) rmSync(store, { recursive: true, force: true });
  store = undefined;
  tarballs.clear();
}

/** Somebody's project, in a folder of its own that goes away with its scope. */
export class EmptyProject implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "twinwire-project-"));

  constructor() {
    this.write("package.json", '{ "name": "somebody", "private": true }\n');
  }

  write(name: string, content: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** `npm install` of our packages from their tarballs, and of others from the registry. */
  async install(ours: readonly PackageName[], others: readonly string[] = []): Promise<void> {
    const files: string[] = [];
    for (const name of ours) files.push(await packed(name));
    const options = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    const installed = await run(["npm", "install", ...options, ...files, ...others], this.path);
    if (!installed.ok) throw new Error(`npm install failed: ${installed.told}`);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
