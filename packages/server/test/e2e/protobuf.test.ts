import { expect, test } from "bun:test";
import { CentrifugeClient } from "../clients.ts";
import { hostileConfig } from "./hostile-server.ts";
import { startTestServer } from "../server.ts";

test("the official client connects, subscribes, publishes, reads and hears in protobuf", async () => {
  await using server = startTestServer(hostileConfig());
  await using ann = await CentrifugeClient.connect(server.port, { user: "ann", encoding: "protobuf" });
  await using bob = await CentrifugeClient.connect(server.port, { user: "bob" });
  expect(await ann.join("chat:a")).toBe("done");
  expect(await bob.join("chat:a")).toBe("done");
  expect(await ann.say("chat:a", "greet", { from: "ann" })).toBe("done");
  expect(await bob.say("chat:a", "greet", { from: "bob" })).toBe("done");
  for (const client of [ann, bob]) {
    const said = [await client.heard.next(), await client.heard.next()];
    expect(said.map(({ user, data }) => [user, data])).toEqual([
      ["ann", { from: "ann" }],
      ["bob", { from: "bob" }],
    ]);
  }
  expect(await ann.history("chat:a")).toEqual(await bob.history("chat:a"));
});
