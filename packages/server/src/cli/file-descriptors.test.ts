import { expect, test } from "bun:test";
import { loadConfig, type Config } from "../config/index.ts";
import { descriptorWarning, softLimit } from "./file-descriptors.ts";

function config(options: unknown): Config {
  const result = loadConfig({ text: { name: "c.json", content: JSON.stringify(options) }, env: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

test("the soft limit is read where the system has it", () => {
  expect(softLimit(() => "Max open files            1024                 1048576              files\n")).toBe(
    1024,
  );
  expect(
    softLimit(() => "Max open files            unlimited            unlimited            files\n"),
  ).toBeUndefined();
  const missing = () => {
    throw new Error("no /proc");
  };
  expect(softLimit(missing)).toBeUndefined();
});

test("connections that do not fit are told with the option and the limit", () => {
  const many = config({ client: { connection_limit: 5000 } });
  expect(descriptorWarning(many, 1024)).toContain("client.connection_limit allows 5000 connections");
  expect(descriptorWarning(many, 1024)).toContain("only 1024 files");
  expect(descriptorWarning(many, 100_000)).toBeUndefined();
  const app = { id: "1", key: "k", secret: "s", limits: { connections: 700 } };
  const apps = config({ apps: [app, { ...app, id: "2", key: "l" }] });
  expect(descriptorWarning(apps, 1024)).toContain("apps[].limits.connections allows 1400 connections");
  expect(descriptorWarning(config({}), 10)).toBeUndefined();
});
