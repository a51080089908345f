import { join } from "node:path";

const folder = join(import.meta.dir, "..");

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program of the folder to its end. */
export function program(name: string): (...given: readonly string[]) => Promise<Ended> {
  return async (...given) => {
    const child = Bun.spawn(["node", join(folder, name), ...given], { stdout: "pipe", stderr: "pipe" });
    const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
    const output = (await Promise.all(texts)).join("");
    return { code: await child.exited, output };
  };
}

/** The formatter widens the columns. */
export function plain(text: string): string {
  return text.replace(/ *\| */g, "|").replace(/-{3,}/g, "-");
}

/** The lines of a program, as README.md has them. */
export async function listedInReadme(name: string): Promise<string> {
  const readme = await Bun.file(join(folder, "README.md")).text();
  return plain(
    new RegExp(`<!-- ${name} lines -->\\n+([^]*?)\\n+<!-- /${name} lines -->`).exec(readme)?.[1] ?? "",
  );
}
