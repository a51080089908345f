import { expect, test } from "bun:test";
import type { Broker, PresenceEntry } from "../../core/broker.ts";
import { clientId, nodeId, userId } from "../../core/ids.ts";
import type { Abilities, OpenWorkbench } from "../contract.ts";
import { keyOf, lobby, Setting, together } from "./bench.ts";

const here = nodeId("node-1");
const there = nodeId("node-2");
const c = clientId;

function entry(client: string, user = "", node = here): PresenceEntry {
  return { client: c(client), user: userId(user), connInfo: `{"of":"${client}"}`, chanInfo: undefined, node };
}

function infoOf(client: string, user = ""): Omit<PresenceEntry, "node"> {
  const { connInfo, chanInfo } = entry(client, user);
  return { client: c(client), user: userId(user), connInfo, chanInfo };
}

async function clientsOf(broker: Broker): Promise<string[]> {
  return (await broker.presence(lobby)).map(({ client }) => client).toSorted();
}

export function presenceContract(name: string, open: OpenWorkbench, can: Abilities): void {
  const it = test.skipIf(!can.presence);

  it(`${name}: a user's first connection is told from the next, and the last from those before`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    expect(await broker.addPresence(lobby, entry("a1", "ann"), 0)).toBe("first");
    expect(await broker.addPresence(lobby, entry("a2", "ann"), 0)).toBe("again");
    expect(await broker.addPresence(lobby, entry("b1", "bob"), 0)).toBe("first");
    expect(await broker.headcount(lobby)).toEqual({ clients: 3, users: 2 });
    expect(await broker.removePresence(lobby, c("a1"))).toBe("remaining");
    expect(await broker.removePresence(lobby, c("a2"))).toBe("last");
    expect(await broker.removePresence(lobby, c("b1"))).toBe("last");
    expect(await broker.headcount(lobby)).toEqual({ clients: 0, users: 0 });
    expect(await broker.addPresence(lobby, entry("a1", "ann"), 0)).toBe("first");
  });

  it(`${name}: somebody without a user is a client, and no member`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    expect(await broker.addPresence(lobby, entry("n1"), 1)).toBe("nameless");
    expect(await broker.addPresence(lobby, entry("n2"), 1)).toBe("nameless");
    expect(await broker.addPresence(lobby, entry("n2"), 1)).toBe("nameless");
    expect(await broker.headcount(lobby)).toEqual({ clients: 2, users: 0 });
    expect(await broker.members(lobby)).toEqual([]);
    expect(await clientsOf(broker)).toEqual(["n1", "n2"]);
    expect(await broker.removePresence(lobby, c("n1"))).toBe("nameless");
    expect(await clientsOf(broker)).toEqual(["n2"]);
  });

  it(`${name}: what is said of a client may be bytes`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const bytes = { connInfo: Uint8Array.of(0, 255, 10), chanInfo: Uint8Array.of(128) };
    await broker.addPresence(lobby, { ...entry("a1", "ann"), ...bytes }, 0);
    const info = { ...infoOf("a1", "ann"), ...bytes };
    expect(await broker.presence(lobby)).toEqual([info]);
    expect(await broker.members(lobby)).toEqual([{ user: userId("ann"), info }]);
  });

  it(`${name}: above the limit of users nobody new is added`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.addPresence(lobby, entry("a1", "ann"), 2);
    await broker.addPresence(lobby, entry("b1", "bob"), 2);
    expect(await broker.addPresence(lobby, entry("c1", "cid"), 2)).toBe("full");
    expect(await broker.addPresence(lobby, entry("a2", "ann"), 2)).toBe("again");
    expect(await broker.addPresence(lobby, entry("n1"), 2)).toBe("nameless");
    expect(await clientsOf(broker)).toEqual(["a1", "a2", "b1", "n1"]);
    expect(await broker.removePresence(lobby, c("c1"))).toBe("absent");
    await broker.removePresence(lobby, c("b1"));
    expect(await broker.addPresence(lobby, entry("c1", "cid"), 2)).toBe("first");
  });

  it(`${name}: of users that come at once, no more than the limit get in`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const users = Array.from({ length: 20 }, (_, index) => `u${index}`);
    const added = await together(users.map((user) => broker.addPresence(lobby, entry(user, user), 5)));
    expect(added.filter((one) => one === "first")).toHaveLength(5);
    expect(added.filter((one) => one === "full")).toHaveLength(15);
    expect(await broker.headcount(lobby)).toEqual({ clients: 5, users: 5 });
  });

  it(`${name}: of one user's connections that come at once, one is the first`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    const clients = Array.from({ length: 20 }, (_, index) => `a${index}`);
    const added = await together(clients.map((client) => broker.addPresence(lobby, entry(client, "ann"), 0)));
    expect(added.filter((one) => one === "first")).toHaveLength(1);
    const removed = await together(clients.map((client) => broker.removePresence(lobby, c(client))));
    expect(removed.filter((one) => one === "last")).toHaveLength(1);
  });

  it(`${name}: the same client added twice counts once`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.addPresence(lobby, entry("a1", "ann"), 1);
    expect(await broker.addPresence(lobby, entry("a1", "ann"), 1)).toBe("again");
    expect(await broker.headcount(lobby)).toEqual({ clients: 1, users: 1 });
    expect(await broker.removePresence(lobby, c("a1"))).toBe("last");
    expect(await broker.removePresence(lobby, c("a1"))).toBe("absent");
    expect(await broker.headcount(lobby)).toEqual({ clients: 0, users: 0 });
  });

  it(`${name}: a client that comes again as another user is that user's alone`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.addPresence(lobby, entry("a1", "ann"), 0);
    expect(await broker.addPresence(lobby, entry("a1", "bob"), 0)).toBe("first");
    expect(await broker.headcount(lobby)).toEqual({ clients: 1, users: 1 });
    expect((await broker.members(lobby)).map(({ user }) => user)).toEqual([userId("bob")]);
  });

  it(`${name}: a member's info is its first connection's until the last one leaves`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.addPresence(lobby, entry("a1", "ann"), 0);
    await broker.addPresence(lobby, entry("a2", "ann"), 0);
    await broker.removePresence(lobby, c("a1"));
    expect(await broker.members(lobby)).toEqual([{ user: userId("ann"), info: infoOf("a1", "ann") }]);
    await broker.removePresence(lobby, c("a2"));
    await broker.addPresence(lobby, entry("a3", "ann"), 0);
    expect(await broker.members(lobby)).toEqual([{ user: userId("ann"), info: infoOf("a3", "ann") }]);
  });

  it(`${name}: presence shows every client as it was added`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.addPresence(lobby, entry("a1", "ann"), 0);
    await broker.addPresence(keyOf("other"), entry("b1", "bob"), 0);
    expect(await broker.presence(lobby)).toEqual([infoOf("a1", "ann")]);
    expect(await broker.presence(keyOf("never"))).toEqual([]);
    expect(await broker.headcount(keyOf("never"))).toEqual({ clients: 0, users: 0 });
    expect(await broker.removePresence(keyOf("never"), c("a1"))).toBe("absent");
  });

  it(`${name}: a node that stops its beat loses its entries, and no others`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.beat(here);
    await broker.beat(there);
    await broker.addPresence(lobby, entry("a1", "ann", there), 0);
    await broker.addPresence(lobby, entry("a2", "ann", here), 0);
    await broker.addPresence(lobby, entry("b1", "bob", there), 0);
    for (let round = 0; round < 4; round += 1) {
      await setting.bench.pass(can.presenceTtl * 0.4);
      await broker.beat(here);
    }
    expect(await clientsOf(broker)).toEqual(["a2"]);
    expect(await broker.headcount(lobby)).toEqual({ clients: 1, users: 1 });
    expect((await broker.members(lobby)).map(({ user }) => user)).toEqual([userId("ann")]);
    expect(await broker.removePresence(lobby, c("b1"))).toBe("absent");
    expect(await broker.addPresence(lobby, entry("b2", "bob", here), 0)).toBe("first");
    expect(await broker.removePresence(lobby, c("a2"))).toBe("last");
  });

  it(`${name}: a node that keeps its beat keeps its entries`, async () => {
    await using setting = await Setting.open(open);
    const { broker } = await setting.node();
    await broker.beat(here);
    await broker.addPresence(lobby, entry("a1", "ann"), 0);
    for (let round = 0; round < 5; round += 1) {
      await setting.bench.pass(can.presenceTtl * 0.6);
      await broker.beat(here);
    }
    expect(await clientsOf(broker)).toEqual(["a1"]);
    expect(await broker.addPresence(lobby, entry("a2", "ann"), 0)).toBe("again");
  });

  test.skipIf(!can.presence || can.nodes === "one")(`${name}: nodes share presence`, async () => {
    await using setting = await Setting.open(open);
    const [one, two] = [await setting.node(), await setting.node()];
    await one.broker.addPresence(lobby, entry("a1", "ann", here), 0);
    expect(await two.broker.addPresence(lobby, entry("a2", "ann", there), 0)).toBe("again");
    expect(await clientsOf(one.broker)).toEqual(["a1", "a2"]);
    expect(await two.broker.removePresence(lobby, c("a1"))).toBe("remaining");
    expect(await clientsOf(one.broker)).toEqual(["a2"]);
  });
}
