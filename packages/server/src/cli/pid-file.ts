import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** `pid_file`: tells who runs. Removed at the end, unless another process has written its own meanwhile. */
export class PidFile {
  private readonly text = `${process.pid}\n`;

  /** @param path empty = there is none */
  constructor(private readonly path: string) {}

  /** Throws where it cannot be written. */
  write(): void {
    if (this.path === "") return;
    try {
      writeFileSync(this.path, this.text);
    } catch (cause) {
      throw new Error(`pid_file cannot be written: ${String(cause)}`, { cause });
    }
  }

  remove(): void {
    if (this.path === "") return;
    try {
      if (readFileSync(this.path, "utf8") === this.text) rmSync(this.path);
    } catch {
      // Somebody else has removed it.
    }
  }
}
