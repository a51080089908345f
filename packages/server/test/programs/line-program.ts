import { Events } from "../events.ts";
import { readLines } from "../lines.ts";

export type Ended = {
  readonly kind: "ended";
  readonly code: number;
  /** What it wrote to its standard error. */
  readonly said: string;
};

/** A program in a process of its own: it says lines of JSON, is told lines of JSON, and ends when its input does. */
export class LineProgram<Line> implements AsyncDisposable {
  readonly lines = new Events<Line | Ended>();
  private readonly child;

  constructor(command: readonly string[]) {
    this.child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    void this.read();
  }

  tell(command: unknown): void {
    void this.child.stdin.write(`${JSON.stringify(command)}\n`);
    void this.child.stdin.flush();
  }

  /** Lets it end by itself; its code. */
  async end(): Promise<number> {
    void this.child.stdin.end();
    return this.child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  private async read(): Promise<void> {
    const errors = new Response(this.child.stderr).text();
    await readLines(this.child.stdout, {
      push: (line) => {
        this.lines.push(JSON.parse(line) as Line);
      },
    });
    this.lines.push({ kind: "ended", code: await this.child.exited, said: await errors });
  }
}
