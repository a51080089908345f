import { expect, test } from "bun:test";
import { loadConfig } from "./index.ts";

function faultsOf(options: Record<string, unknown>): readonly string[] {
  const content = JSON.stringify({ channel: { namespaces: [{ name: "calls", ...options }] } });
  const loaded = loadConfig({ text: { name: "test.json", content }, env: {} });
  return loaded.ok ? [] : loaded.faults.map(({ path }) => path);
}

test("pusher_recovery needs history that lasts as long, and all of what was missed", () => {
  const path = "channel.namespaces[0].pusher_recovery";
  const kept = { history_size: 1000, history_ttl: "60s", pusher_recovery: "30s" };
  expect(faultsOf(kept)).toEqual([]);
  expect(faultsOf({ pusher_recovery: "30s" })).toEqual([path]);
  expect(faultsOf({ ...kept, history_ttl: "29s" })).toEqual([path]);
  expect(faultsOf({ ...kept, force_recovery_mode: "cache" })).toEqual([path]);
  expect(faultsOf({ pusher_recovery: "0s" })).toEqual([]);
});
