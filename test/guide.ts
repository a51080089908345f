import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Events } from "../packages/server/test/events.ts";
import { readLines } from "../packages/server/test/lines.ts";
import { freePort } from "../packages/server/test/free-port.ts";
import { EmptyProject, packageFolders, root, run, type PackageName } from "./packed-packages.ts";

interface Fence {
  readonly language: string;
  /** What stands behind the language: a file's name, or what the block is. */
  readonly about: string;
  readonly content: string;
}

/** The fenced blocks of a page, in its order. */
export function fences(page: string): readonly Fence[] {
  const text = readFileSync(join(root, "docs", page), "utf8");
  return [...text.matchAll(/^```(\w+)(?: ([^\n]+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", about = "", content = ""]) => ({ language, about, content }),
  );
}

/** A command that goes on while the reader does something else; what it says comes line by line. */
class Running implements AsyncDisposable {
  readonly lines = new Events<string>();
  private readonly child;

  constructor(
    readonly command: string,
    cwd: string,
  ) {
    // A process group of its own: npx passes no signal on to the command that it runs.
    this.child = Bun.spawn(["bash", "-c", command], {
      cwd,
      detached: true,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    void readLines(this.child.stdout, this.lines);
    void readLines(this.child.stderr, this.lines);
    void this.child.exited.then((code) => {
      this.lines.push(`(ended with ${code})`);
    });
  }

  /** Waits until this line has been said; throws where the command ends without it. */
  async says(line: string): Promise<void> {
    const found = await this.lines.first((said) => said.includes(line) || said.startsWith("(ended"));
    if (!found.includes(line))
      throw new Error(`${this.command} did not say "${line}", but:\n${this.lines.all.join("\n")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) process.kill(-this.child.pid, "SIGTERM");
    await this.child.exited;
  }
}

export interface Reading {
  /** Ports that the page names; in the test, others are free. */
  readonly ports: readonly string[];
}

/**
 * Follows a page as a reader would, in an empty folder: ```js FILE is written down, ```bash is run to its end,
 * ```bash stays is left running, and ```text is what the last command says, or ```text WORD what the running command
 * with that word in it says. Ports are other ones, and packages come from this checkout.
 */
export async function follow(page: string, { ports }: Reading): Promise<void> {
  using project = new EmptyProject();
  await using started = new AsyncDisposableStack();
  const running: Running[] = [];
  const others = new Map(ports.map((port) => [port, String(freePort())]));
  const here = (text: string): string =>
    [...others].reduce((rest, [port, other]) => rest.replaceAll(port, other), text);
  let said = "";
  let last: Running | undefined;

  for (const { language, about, content } of fences(page)) {
    if (language === "text") {
      const of = about === "" ? last : running.find(({ command }) => command.includes(about));
      for (const line of here(content).trimEnd().split("\n"))
        if (of !== undefined) await of.says(line);
        else if (!said.includes(line)) throw new Error(`${page}: "${line}" was not said, but:\n${said}`);
    } else if (language !== "bash") {
      if (about !== "") project.write(about, here(content));
    } else if (about === "stays") {
      last = started.use(new Running(here(content).trim(), project.path));
      running.push(last);
    } else {
      last = undefined;
      said = "";
      for (const line of here(content).trimEnd().split("\n")) said += await perform(line, project);
    }
  }
}

/** One line of a bash block. */
async function perform(line: string, project: EmptyProject): Promise<string> {
  const install = /^npm install (.+)$/.exec(line)?.[1];
  if (install !== undefined) {
    const names = install.split(" ");
    const isOurs = (name: string): name is PackageName => name in packageFolders;
    const ours = names.filter(isOurs);
    // In the checkout nothing is published: what ours need of ours comes along.
    const needed = (Object.keys(packageFolders) as PackageName[]).filter((name) => name !== "twinwire");
    await project.install(
      [...new Set([...needed, ...ours])],
      names.filter((name) => !isOurs(name)),
    );
    return "";
  }
  const ran = await run(["bash", "-c", line], project.path);
  if (!ran.ok) throw new Error(`${line} failed:\n${ran.told}`);
  return ran.told;
}
