import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Events } from "../../server/test/events.ts";

const sources = join(import.meta.dir, "java");
const cache = join(import.meta.dir, "..", "..", "..", "node_modules", ".cache", "twinwire-java");

/** What is not installed of what the program needs to be built and run. */
export const missingTools = ["java", "javac", "mvn"].filter((tool) => Bun.which(tool) === null);

async function run(command: readonly string[]): Promise<void> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [code, out, errors] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${out}${errors}`);
}

/** Fetches the client of that version and compiles the program; both are kept until the sources change. */
async function built(version: string): Promise<string> {
  const program = join(sources, "VmsClient.java");
  const project = join(sources, "pom.xml");
  const print = Bun.hash(readFileSync(program, "utf8") + readFileSync(project, "utf8")).toString(36);
  const folder = join(cache, `${version}-${print}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, "making-"));
  try {
    await run([
      ...["mvn", "-B", "-q", "-f", project, "dependency:copy-dependencies"],
      ...[`-Dclient.version=${version}`, `-DoutputDirectory=${making}`],
    ]);
    await run(["javac", "-nowarn", "-cp", join(making, "*"), "-d", making, program]);
    renameSync(making, folder);
  } catch (cause) {
    rmSync(making, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw cause;
  }
  return folder;
}

/** What the program says: see `java/VmsClient.java`. */
export type JavaLine =
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "subscribed"; readonly channel: string }
  | { readonly kind: "event"; readonly channel: string; readonly event: string; readonly data: string }
  | { readonly kind: "refused" | "error"; readonly message: string; readonly cause: string }
  | { readonly kind: "ended"; readonly code: number; readonly said: string };

export interface JavaTerms {
  /** Of `com.pusher:pusher-java-client`. */
  readonly version: string;
  readonly port: number;
  readonly appKey: string;
  readonly authUrl: string;
  readonly bearer: string;
  readonly userId: string;
  readonly accessTokenId: string;
}

/** The official Java client in a process of its own, set up as the Android app has it. */
export class JavaClient implements AsyncDisposable {
  readonly lines = new Events<JavaLine>();
  private readonly child;

  private constructor(folder: string, terms: JavaTerms) {
    const classpath = [folder, join(folder, "*")].join(delimiter);
    const { port, appKey, authUrl, bearer, userId, accessTokenId } = terms;
    this.child = Bun.spawn(
      [
        ...["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classpath, "VmsClient"],
        ...[String(port), appKey, authUrl, bearer, userId, accessTokenId],
      ],
      { stdin: "pipe", stdout: "pipe", stderr: "pipe" },
    );
    void this.read();
  }

  static async start(terms: JavaTerms): Promise<JavaClient> {
    return new JavaClient(await built(terms.version), terms);
  }

  /** Waits for a line that fits; throws where the program fails or ends without it. */
  async said<Line extends JavaLine>(fits: (line: JavaLine) => line is Line): Promise<Line> {
    const line = await this.lines.first(
      (one) => fits(one) || one.kind === "refused" || one.kind === "error" || one.kind === "ended",
    );
    if (fits(line)) return line;
    throw new Error(`the Java client failed: ${JSON.stringify(line)}`);
  }

  private async read(): Promise<void> {
    const errors = new Response(this.child.stderr).text();
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.push(JSON.parse(line) as JavaLine);
    }
    this.lines.push({ kind: "ended", code: await this.child.exited, said: await errors });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.stdin.end();
    await this.child.exited;
  }
}
