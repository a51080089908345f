import { join } from "node:path";

/** The `twinwire` command of the checkout. */
export const launcher = join(import.meta.dir, "..", "..", "bin", "twinwire.mjs");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another way to start the command line than the launcher of the checkout. */
  readonly command?: readonly string[];
}

/** Settings of whoever runs the tests must not reach the process under test. */
function environment(own: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TWINWIRE|CENTRIFUGO)_/.test(name));
  return { ...Object.fromEntries(inherited.map(([name, value]) => [name, value ?? ""])), ...own };
}

function start(args: readonly string[], { cwd, env = {}, command = ["node", launcher] }: Surroundings) {
  return Bun.spawn([...command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: environment(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** Runs a command of the `twinwire` launcher to its end. */
export async function twinwire(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const child = start(args, surroundings);
  const [code, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, stdout, stderr };
}

/** A server process behind the launcher, on the port it says it listens on. */
export class Launched implements AsyncDisposable {
  private constructor(
    private readonly child: ReturnType<typeof start>,
    readonly port: number,
    readonly stdout: () => string,
    readonly stderr: () => string,
  ) {}

  static async start(args: readonly string[], surroundings: Surroundings = {}): Promise<Launched> {
    const child = start(args, surroundings);
    const listening = Promise.withResolvers<number>();
    const stdout = collect(child.stdout, () => undefined);
    const stderr = collect(child.stderr, (text) => {
      const port = /listening on \S*:(\d+)\n/.exec(text)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    });
    void child.exited.then((code) => {
      listening.reject(new Error(`twinwire ended with ${code}: ${stderr()}`));
    });
    return new Launched(child, await listening.promise, stdout, stderr);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get exited(): Promise<number> {
    return this.child.exited;
  }

  get pid(): number {
    return this.child.pid;
  }

  signal(name: "SIGTERM" | "SIGINT" | "SIGKILL"): void {
    this.child.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) this.child.kill("SIGTERM");
    await this.child.exited;
  }
}

/** Reads to the end, so that the process never waits for its reader. */
function collect(stream: ReadableStream<Uint8Array>, heard: (text: string) => void): () => string {
  let text = "";
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      heard(text);
    }
  };
  void read();
  return () => text;
}
