import { expect, test } from "bun:test";
import { memoryStore } from "./memory-store.ts";

test("a user's id goes into names as it is, whatever characters it has", async () => {
  const names = { private_chat: "chat:1#{user}" };
  const store = memoryStore({ channels: { owl: { channel: { id: 1 }, names } } });
  for (const id of ["$&", "$`", "$$"]) {
    const record = await store.channel("owl", { kind: "user", id });
    expect(record?.channel.web_socket_channels).toEqual({ private_chat: `chat:1#${id}` });
  }
});

test("a limited channel that two slugs share is open to the readers of either", async () => {
  const names = { limited_chat: "limited:1" };
  const store = memoryStore({
    channels: {
      owl: { channel: { id: 1 }, names, readers: ["1"] },
      hawk: { channel: { id: 2 }, names, readers: ["2"] },
    },
  });
  for (const [id, may] of [
    ["1", true],
    ["2", true],
    ["3", false],
  ] as const)
    expect(await store.mayRead(id, "limited:1")).toBe(may);
});

test("what every object inherits is no token and no slug", async () => {
  const store = memoryStore();
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(await store.authenticate(name)).toBeUndefined();
    expect(await store.channel(name, { kind: "user", id: "1" })).toBeUndefined();
  }
});
