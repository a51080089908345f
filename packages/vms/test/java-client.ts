import { join } from "node:path";
import { javaCommand } from "../../server/test/programs/java.ts";
import { LineProgram, type Ended } from "../../server/test/programs/line-program.ts";

const sources = join(import.meta.dir, "java");

/** What the program says: see `java/VmsClient.java`. */
export type JavaLine =
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "subscribed"; readonly channel: string }
  | { readonly kind: "event"; readonly channel: string; readonly event: string; readonly data: string }
  | { readonly kind: "refused" | "error"; readonly message: string; readonly cause: string }
  | Ended;

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
export class JavaClient extends LineProgram<JavaLine> {
  static async start(terms: JavaTerms): Promise<JavaClient> {
    const { version, port, appKey, authUrl, bearer, userId, accessTokenId } = terms;
    const command = await javaCommand({
      main: "VmsClient",
      sources: [join(sources, "VmsClient.java")],
      project: join(sources, "pom.xml"),
      version,
    });
    return new JavaClient([...command, String(port), appKey, authUrl, bearer, userId, accessTokenId]);
  }

  /** Waits for a line that fits; throws where the program fails or ends without it. */
  async said<Line extends JavaLine>(fits: (line: JavaLine) => line is Line): Promise<Line> {
    const line = await this.lines.first(
      (one) => fits(one) || one.kind === "refused" || one.kind === "error" || one.kind === "ended",
    );
    if (fits(line)) return line;
    throw new Error(`the Java client failed: ${JSON.stringify(line)}`);
  }
}
