// Compiles the C programs into bench/bin/.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bench = fileURLToPath(new URL("..", import.meta.url));

export const tool = (name) => `${bench}bin/${name}`;

export function build() {
  mkdirSync(`${bench}bin`, { recursive: true });
  for (const name of ["wsload", "wsfloor", "httpload"]) {
    const flags = ["-O2", "-std=gnu17", "-Wall", "-Wextra", "-o", tool(name), `${bench}${name}.c`];
    execFileSync(process.env.CC ?? "cc", flags, { stdio: "inherit" });
  }
}
