import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { missingOf } from "../table.ts";
import { Clients } from "./hearing.ts";
import { rows } from "./rows.ts";
import { Stage } from "./scenario.ts";
import { connecting } from "./scenarios/connecting.ts";
import { liveness } from "./scenarios/liveness.ts";
import { recovering } from "./scenarios/recovering.ts";
import { subscribing } from "./scenarios/subscribing.ts";
import { subscriptionTokens } from "./scenarios/subscription-tokens.ts";
import { thrift } from "./scenarios/thrift.ts";
import { World } from "./world.ts";

const scenarios = [
  ...connecting,
  ...subscribing,
  ...subscriptionTokens,
  ...recovering,
  ...thrift,
  ...liveness,
];
const here = rows.filter(({ skipped }) => !skipped);
let world: World;
const clients = new Map<string, Clients>();

beforeAll(async () => {
  world = await World.start();
  const opened = await Promise.all(here.map(async (row) => row.open(world.application)));
  for (const [index, program] of opened.entries()) {
    const name = here[index]?.name ?? "";
    clients.set(name, new Clients(program));
  }
  // pip and Go may have to fetch the clients first.
}, 300_000);

afterAll(async () => {
  await Promise.all([...clients.values()].map((one) => one[Symbol.asyncDispose]()));
  await world[Symbol.asyncDispose]();
});

// They harm nobody but themselves, and mostly wait: all at once.
for (const [rowIndex, row] of here.entries())
  describe(row.name, () => {
    for (const [index, scenario] of scenarios.entries()) {
      if (scenario.needs !== undefined && row.lacks[scenario.needs] !== undefined) continue;
      test.concurrent(scenario.name, async () => {
        const own = clients.get(row.name);
        if (own === undefined) throw new Error("its program did not start");
        await using line = await world.site.line();
        await scenario.play(new Stage(world, line, own, { row, name: `${rowIndex}-${index}` }));
      });
    }
  });

test("README.md has a row for every client, with all that it lacks", () => {
  expect(missingOf(rows)).toEqual([]);
});
