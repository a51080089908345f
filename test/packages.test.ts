import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  EmptyProject,
  forgetPacked,
  packageFolders,
  root,
  run,
  type PackageName,
} from "./packed-packages.ts";

setDefaultTimeout(180_000);

const packages = (Object.keys(packageFolders) as PackageName[]).filter((name) => name !== "twinwire");

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** What can be imported: the package, and its back-end half where it has one. */
const doors = packages.flatMap((name) => {
  const text = readFileSync(join(root, "packages", packageFolders[name], "package.json"), "utf8");
  return Object.keys((JSON.parse(text) as Manifest).exports)
    .filter((door) => door !== "./package.json")
    .map((door) => join(name, door));
});

/** One thing of each door that has to be there and do something. */
const uses: Readonly<Record<string, string>> = {
  "@twinwire/backend": `door.channelAuthorization({ key: "k", secret: "s" }, "1.2", "private-a").auth.startsWith("k:")`,
  "@twinwire/events": `typeof door.defineEvents({}).schemas === "object"`,
  "@twinwire/pusher-recovery": `typeof door.recover === "function"`,
  "@twinwire/vms": `door.decodePush({ channel: "c", event: "news", data: {} }).push.type === "unknown"`,
  "@twinwire/vms/backend": `typeof door.vmsBackend === "function"`,
  "@twinwire/vk-live": `typeof new door.VkLive({ token: "t", api: "http://127.0.0.1:1", socket: "ws://127.0.0.1:1" }).close === "function"`,
  "@twinwire/vk-live/backend": `typeof door.memoryStore({ users: [], channels: [] }).authenticate === "function"`,
};

describe("the packages, packed and installed in an empty project", () => {
  let project: EmptyProject;
  beforeAll(async () => {
    project = new EmptyProject();
    await project.install(packages, ["typescript@6.0", "@types/node@20"]);
  }, 180_000);
  afterAll(() => {
    project[Symbol.dispose]();
    forgetPacked();
  });

  for (const [runtime, command] of [
    ["Node", "node"],
    ["Bun", process.execPath],
  ] as const) {
    test.each(doors)(`${runtime} takes %s as ESM and as CommonJS`, async (door) => {
      const use = uses[door];
      if (use === undefined) throw new Error(`${door} has no use in this test`);
      const file = door.replace(/\W/g, "-");
      const check = `if (!(${use})) throw new Error("not there"); console.log("works"); process.exit(0);`;
      const esm = project.write(`${file}.mjs`, `import * as door from "${door}";\n${check}\n`);
      const cjs = project.write(`${file}.cjs`, `const door = require("${door}");\n${check}\n`);
      for (const program of [esm, cjs]) {
        const ran = await run([command, program], project.path);
        expect(ran.told).toBe("works\n");
      }
    });
  }

  test("TypeScript finds the types of every door, as ESM and as CommonJS", async () => {
    const imports = doors.map((door, i) => `import * as door${i} from "${door}";\nvoid door${i};`).join("\n");
    project.write("types.mts", imports);
    project.write("types.cts", imports);
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--skipLibCheck",
      "false",
    ];
    const files = ["types.mts", "types.cts"];
    const tsc = join(project.path, "node_modules", "typescript", "bin", "tsc");
    const ran = await run(
      ["node", tsc, ...options, "--types", "node", "--lib", "es2022,dom", ...files],
      project.path,
    );
    expect(ran.told).toBe("");
  });

  test("nothing but what a user needs is in them", async () => {
    for (const name of packages) {
      const list = await run(["ls", "-R", join("node_modules", name)], project.path);
      expect(list.out).toContain("LICENSE");
      expect(list.out).toContain("README.md");
      expect(list.out).not.toContain(".test.");
      expect(list.out).not.toContain("src");
    }
  });

  test("the clients' bundles for browsers hold nothing of Node", async () => {
    for (const name of [
      "@twinwire/events",
      "@twinwire/pusher-recovery",
      "@twinwire/vms",
      "@twinwire/vk-live",
    ]) {
      const entry = project.write("bundle.mjs", `export * from "${name}";\n`);
      const built = await Bun.build({ entrypoints: [entry], target: "browser", minify: true });
      const [output] = built.outputs;
      if (!built.success || output === undefined) throw new Error(`${name} does not bundle`);
      const text = await output.text();
      expect(text).not.toMatch(/["']node:/);
      const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
      const size = `${kilobytes(text.length)}, ${kilobytes(gzipSync(text).length)} gzip`;
      process.stdout.write(`bundle of ${name} with all it needs: ${size}\n`);
    }
  });
});
