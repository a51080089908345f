import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cachedFolder } from "./cached.ts";
import { notInstalled, runToEnd } from "./required.ts";

/** What is not installed of what a program in Java needs to be built and run. */
export const missingForJava = notInstalled("java", "javac", "mvn");

export interface JavaProgram {
  /** The class with `main`. */
  readonly main: string;
  readonly sources: readonly string[];
  /** The `pom.xml` that names the library. */
  readonly project: string;
  /** `library.version` of the project. */
  readonly version: string;
}

/** The command that runs a program: the library is fetched and the program compiled once, until the sources change. */
export async function javaCommand({ main, sources, project, version }: JavaProgram): Promise<string[]> {
  const text = [...sources, project].map((file) => readFileSync(file, "utf8")).join("\n");
  const folder = await cachedFolder(
    `java-${main}-${version}-${Bun.hash(text).toString(36)}`,
    async (into) => {
      await runToEnd([
        ...["mvn", "-B", "-q", "-f", project, "dependency:copy-dependencies"],
        ...[`-Dlibrary.version=${version}`, `-DoutputDirectory=${into}`],
      ]);
      await runToEnd(["javac", "-nowarn", "-cp", join(into, "*"), "-d", into, ...sources]);
    },
  );
  const classpath = [folder, join(folder, "*")].join(delimiter);
  return ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classpath, main];
}
