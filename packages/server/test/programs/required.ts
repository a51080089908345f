/** A laptop may go without a tool; where everything is to be proven (`CI`), a missing one is a failure. */
export function goesWithout(what: string, missing: readonly string[]): boolean {
  if (missing.length === 0) return false;
  const why = `${missing.join(", ")} cannot be run here`;
  if (process.env["CI"] !== undefined) throw new Error(`${what}: ${why}`);
  process.stderr.write(`${what}: skipped, ${why}\n`);
  return true;
}

/** Those of these commands that are not installed. */
export function notInstalled(...tools: readonly string[]): readonly string[] {
  return tools.filter((tool) => Bun.which(tool) === null);
}

/** Runs a command to its end, with `env` besides what is set; throws with all that it said where it fails. */
export async function runToEnd(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env },
  });
  const [code, out, errors] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${out}${errors}`);
  return out;
}
