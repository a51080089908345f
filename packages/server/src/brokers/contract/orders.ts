import { expect, test } from "bun:test";
import type { Control, Whom } from "../../core/broker.ts";
import { appId, clientId, userId } from "../../core/ids.ts";
import type { MembershipChange } from "../../core/publication.ts";
import type { Abilities, OpenWorkbench } from "../contract.ts";
import { keyOf, lobby, Setting } from "./bench.ts";

const whom: Whom = { user: userId("ann"), client: "c-1", whitelist: ["c-2", "c-3"] };
const app = appId("contract");

const orders: readonly Control[] = [
  { kind: "disconnect", app, whom, order: { code: 4_000, reason: "é", comeBack: true } },
  { kind: "disconnect", app, whom, order: { code: undefined, reason: "", comeBack: false } },
  { kind: "unsubscribe", app, whom: { ...whom, client: undefined, whitelist: [] }, channel: "lobby" },
  {
    kind: "subscribe",
    app,
    whom,
    grant: {
      channel: "lobby",
      chanInfo: '{"n":1.0}',
      data: undefined,
      expireAt: 1_700_000_000,
      override: { presence: true, forceRecovery: false },
      since: { offset: 3, epoch: "abc" },
    },
  },
  { kind: "refresh", app, whom, refresh: { expired: false, expireAt: 1_700_000_000, info: '{"n":1.0}' } },
  { kind: "refresh", app, whom, refresh: { expired: true, expireAt: 0, info: undefined } },
  {
    kind: "subscribe",
    app,
    whom,
    grant: {
      channel: "lobby",
      chanInfo: Uint8Array.of(0, 255),
      data: Uint8Array.of(10, 13),
      expireAt: 0,
      override: {},
      since: undefined,
    },
  },
];

const joined: MembershipChange = {
  key: lobby,
  change: "join",
  info: { user: userId("ann"), client: clientId("c-1"), connInfo: undefined, chanInfo: "[1.0]" },
  edge: true,
  handle: "1.2",
};

/** What nodes tell each other: orders, and who came or left. */
export function ordersContract(name: string, open: OpenWorkbench, can: Abilities): void {
  const nodes = can.nodes === "many" ? 2 : 1;

  test(`${name}: every node hears every order as it was given, the one that gave it too`, async () => {
    await using setting = await Setting.open(open);
    const all = [];
    for (let count = 0; count < nodes; count += 1) all.push(await setting.node());
    for (const order of orders) await all[0]?.broker.control(order);
    for (const { ear } of all) {
      await ear.until(() => ear.controls.length >= orders.length);
      expect(ear.controls).toEqual([...orders]);
    }
  });

  test(`${name}: joins and leaves are heard where the channel has subscribers, in their order`, async () => {
    await using setting = await Setting.open(open);
    const all = [];
    for (let count = 0; count < nodes; count += 1) all.push(await setting.node(lobby));
    const left: MembershipChange = { ...joined, change: "leave", edge: false };
    await all[0]?.broker.announce(joined);
    await all[0]?.broker.announce(left);
    for (const { ear } of all) {
      await ear.until(() => ear.changes.length >= 2);
      expect(ear.changes).toEqual([joined, left]);
    }
  });

  test.skipIf(!can.selective)(`${name}: joins and leaves of other channels are not heard`, async () => {
    await using setting = await Setting.open(open);
    const { broker, ear } = await setting.node(lobby);
    await broker.announce({ ...joined, key: keyOf("other") });
    await broker.announce(joined);
    await ear.until(() => ear.changes.length > 0);
    await setting.bench.settled();
    expect(ear.changes).toEqual([joined]);
  });
}
