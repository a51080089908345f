import { describe, expect, test } from "bun:test";
import { userId } from "../../../core/ids.ts";
import { publish } from "../../../core/publish.ts";
import { type TestClient, TestWire } from "../test-wire.test.ts";
import { pingInterval, probePatience } from "./recovery.ts";

const channel = "private-kept:a";

/** Publishes as the application: its data is the number. */
function tell(wire: TestWire, data: string, name = channel, except?: string): void {
  const traits = wire.app.settings.naming.traits(name);
  if (traits === undefined) throw new Error(`no channel ${name}`);
  void publish(wire.hub, wire.app, {
    traits,
    content: { kind: "event", name: "n", data, quoted: true },
    tags: undefined,
    except,
    skipHistory: false,
    idempotencyKey: undefined,
    source: "pusher-api",
  });
}

/** Lets every connection be pinged once, and these answer. */
function prove(wire: TestWire, ...clients: readonly TestClient[]): void {
  wire.clock.advance(pingInterval);
  for (const client of clients) client.pong();
}

function connected(wire: TestWire, name = channel): TestClient {
  const client = opened(wire);
  client.join(name);
  return client;
}

function opened(wire: TestWire, user = ""): TestClient {
  const client = wire.open();
  client.outlet.ended = () => {
    client.connection.gone("server", client.outlet.closedWith?.code ?? 0);
  };
  if (user !== "") client.signIn(JSON.stringify({ id: user }));
  client.take();
  return client;
}

/** The frames of a join that may wait. */
async function joinLater(client: TestClient, step: () => void = () => undefined): Promise<unknown[]> {
  client.take();
  const auth = client.sign(channel);
  const answer = client.connection.receive(
    JSON.stringify({ event: "pusher:subscribe", data: { channel, auth } }),
  );
  step();
  await answer;
  return client.heard();
}

describe("a Pusher client that knows nothing of recovery", () => {
  test("gets what it missed since the last ping that it answered", () => {
    const wire = new TestWire();
    const client = connected(wire);
    tell(wire, "1");
    prove(wire, client);
    tell(wire, "2");
    client.cut();
    tell(wire, "3");
    const again = wire.open();
    const frames = again.join(channel);
    expect(frames.map(({ event, data }) => (event === "n" ? data : event))).toEqual([
      "pusher_internal:subscription_succeeded",
      "2",
      "3",
    ]);
    tell(wire, "4");
    expect(again.heard()).toEqual(["4"]);
  });

  test("proves nothing by pongs that answer no ping", () => {
    const wire = new TestWire();
    const client = connected(wire);
    tell(wire, "1");
    wire.clock.advance(pingInterval);
    for (const text of ["", "twinwire:", "twinwire:0", "twinwire:99", "twinwire:x"])
      client.connection.alive(text);
    client.cut();
    expect(heardAgain(wire)).toEqual(["1"]);
  });

  test("is proven by a late pong as far as its ping went", () => {
    const wire = new TestWire();
    const client = connected(wire);
    tell(wire, "1");
    wire.clock.advance(pingInterval);
    const [first] = client.outlet.probes;
    for (let i = 0; i < 6; i += 1) {
      tell(wire, `late ${i}`);
      wire.clock.advance(pingInterval);
    }
    client.connection.alive(first?.text ?? "");
    client.cut();
    expect(heardAgain(wire)).toEqual(["late 0", "late 1", "late 2", "late 3", "late 4", "late 5"]);
  });

  test("gets nothing where it comes too late, or its namespace has none", () => {
    const wire = new TestWire();
    for (const [name, wait] of [
      [channel, 30_000],
      ["private-story:a", 0],
    ] as const) {
      const client = connected(wire, name);
      client.cut();
      tell(wire, "1", name);
      wire.clock.advance(wait);
      const again = connected(wire, name);
      expect(again.heard()).toEqual([]);
      again.leave();
    }
  });

  test("gets nothing where it left by itself", () => {
    for (const code of [1000, 1001, 1005]) {
      const wire = new TestWire();
      const client = connected(wire);
      prove(wire, client);
      tell(wire, "1");
      client.leave(code);
      expect(heardAgain(wire)).toEqual([]);
    }
  });

  test("was cut off where it closes after it has been deaf: it got no answer to its own ping", () => {
    const wire = new TestWire();
    const client = connected(wire);
    wire.clock.advance(2 * pingInterval);
    tell(wire, "1");
    client.leave(1000);
    expect(heardAgain(wire)).toEqual(["1"]);
    // A page that is left does not come back, deaf or not.
    const page = connected(wire, "private-kept:b");
    wire.clock.advance(2 * pingInterval);
    tell(wire, "2", "private-kept:b");
    page.leave(1001);
    expect(connected(wire, "private-kept:b").heard()).toEqual([]);
  });

  test("has nothing to recover of a channel that it unsubscribed from", () => {
    const wire = new TestWire();
    const client = connected(wire);
    client.say("pusher:unsubscribe", { channel });
    client.cut();
    tell(wire, "1");
    expect(heardAgain(wire)).toEqual([]);
  });

  test("is told of a gap: more than the history keeps, more than the limit, a stream begun anew", () => {
    for (const [name, publications, reason] of [
      ["private-short:a", 4, "history"],
      [channel, 101, "limit"],
      ["private-brief:a", -1, "epoch"],
    ] as const) {
      const wire = new TestWire();
      const client = connected(wire, name);
      client.cut();
      for (let i = 0; i < publications; i += 1) tell(wire, String(i), name);
      if (publications < 0) {
        wire.clock.advance(20_000);
        tell(wire, "of another life", name);
      }
      const again = wire.open();
      const frames = again.join(name);
      expect(frames.map(({ event }) => event)).toEqual([
        "pusher_internal:subscription_succeeded",
        "twinwire:gap",
      ]);
      expect(frames[1]).toMatchObject({ channel: name, data: JSON.stringify({ channel: name, reason }) });
    }
  });

  test("is told of a gap where more was missed than it can be sent at once: it would be cut off for ever", () => {
    const wire = new TestWire();
    const client = connected(wire);
    client.cut();
    for (let i = 1; i <= 10; i += 1) tell(wire, "x".repeat(1_000));
    const small = opened(wire);
    small.outlet.room = 10_000;
    const frames = small.join(channel);
    expect(frames.map(({ event }) => event)).toEqual([
      "pusher_internal:subscription_succeeded",
      "twinwire:gap",
    ]);
    expect(frames[1]).toMatchObject({ data: JSON.stringify({ channel, reason: "limit" }) });
    tell(wire, "later");
    expect(small.heard()).toEqual(["later"]);
  });

  test("does not get what was kept from it: its own client events, and what names its socket id", () => {
    const wire = new TestWire();
    const client = connected(wire);
    const { socketId } = client;
    client.say("client-x", { by: "itself" }, channel);
    tell(wire, "not for it", channel, socketId);
    tell(wire, "1");
    client.cut();
    tell(wire, "late, not for it", channel, socketId);
    tell(wire, "2");
    expect(heardAgain(wire)).toEqual(["1", "2"]);
  });

  test("gets the client events of others", () => {
    const wire = new TestWire();
    const other = wire.open();
    other.join("presence-kept:a", { user_id: "bob" });
    const client = wire.open();
    client.join("presence-kept:a", { user_id: "ann" });
    client.cut();
    other.say("client-x", { a: 1 }, "presence-kept:a");
    const again = wire.open();
    const frames = again.join("presence-kept:a", { user_id: "ann" });
    expect(frames.at(-1)).toMatchObject({ event: "client-x", data: { a: 1 }, user_id: "bob" });
  });

  test("of a cache channel gets the cached event once, at its place", () => {
    const wire = new TestWire();
    const name = "private-cache-kept:a";
    tell(wire, "before", name);
    const client = connected(wire, name);
    expect(client.heard()).toEqual([]); // taken by the join
    prove(wire, client);
    client.cut();
    const at = (): unknown[] =>
      wire
        .open()
        .join(name)
        .map(({ event, data }) => (event === "n" ? data : event));
    const succeeded = "pusher_internal:subscription_succeeded";
    tell(wire, "1", name);
    tell(wire, "2", name);
    expect(at()).toEqual([succeeded, "1", "2"]);
  });
});

function heardAgain(wire: TestWire, name = channel): unknown[] {
  const again = wire.open();
  return again
    .join(name)
    .filter(({ event }) => !event.startsWith("pusher"))
    .map(({ data }) => data);
}

describe("whose it is", () => {
  test("a user's, on a channel of many, by the sign-in or the member", () => {
    const wire = new TestWire();
    const others = ["bob", "cid"].map((user) => {
      const other = wire.open();
      other.signIn(JSON.stringify({ id: user }));
      other.join(channel);
      return other;
    });
    const client = wire.open();
    client.join(channel);
    client.signIn(JSON.stringify({ id: "ann" })); // after it has joined
    client.cut();
    tell(wire, "1");
    const stranger = wire.open();
    stranger.signIn(JSON.stringify({ id: "dan" }));
    stranger.take();
    expect(stranger.join(channel)).toHaveLength(1);
    const again = wire.open();
    again.signIn(JSON.stringify({ id: "ann" }));
    again.take();
    expect(again.join(channel).map(({ event, data }) => (event === "n" ? data : event))).toEqual([
      "pusher_internal:subscription_succeeded",
      "1",
    ]);
    expect(others.map((other) => other.heard())).toEqual([["1"], ["1"]]);
  });

  test.each(["ann", ""])("nobody's where two of %p were lost, who are told so", async (user) => {
    const wire = new TestWire();
    const first = opened(wire, user);
    first.join(channel);
    const second = opened(wire, user);
    await joinLater(second, () => {
      first.pong();
    });
    first.cut();
    second.cut();
    tell(wire, "1");
    expect(await joinLater(opened(wire, user))).toEqual([["twinwire:gap", "uncertain"]]);
  });

  test("given to a newcomer, it is still there for whom it belongs to", async () => {
    const wire = new TestWire();
    connected(wire).cut();
    tell(wire, "1");
    const newcomer = opened(wire);
    expect(await joinLater(newcomer)).toEqual(["1"]);
    const itself = opened(wire);
    const heard = await joinLater(itself, () => {
      newcomer.pong();
    });
    expect(heard).toEqual(["1"]);
    // Whoever had it is not given it again.
    newcomer.say("pusher:unsubscribe", { channel });
    const again = await joinLater(newcomer, () => {
      itself.pong();
    });
    expect(again).toEqual([]);
  });

  test("cut off again before anything arrived, a client gets all of it again", () => {
    const wire = new TestWire();
    const client = connected(wire);
    client.cut();
    tell(wire, "1");
    const second = connected(wire);
    tell(wire, "2");
    second.cut();
    tell(wire, "3");
    expect(heardAgain(wire)).toEqual(["1", "2", "3"]);
  });

  test("nobody's where the back end ended the connection of a user: it was not lost", () => {
    const wire = new TestWire();
    const client = opened(wire, "ann");
    client.join(channel);
    prove(wire, client);
    tell(wire, "1");
    void wire.hub.broker.control({
      kind: "disconnect",
      app: wire.app.id,
      whom: { user: userId("ann"), client: undefined, whitelist: [] },
      order: { code: undefined, reason: "force disconnect", comeBack: false },
    });
    expect(client.outlet.closedWith?.code).toBe(4009);
    expect(opened(wire, "ann").join(channel)).toHaveLength(1);
  });

  test("an open channel with one anonymous subscriber is anybody's", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.subscribe("kept:open");
    client.cut();
    tell(wire, "1", "kept:open");
    const next = wire.open();
    expect(next.subscribe("kept:open")).toHaveLength(1);
  });
});

describe("an old connection that may be half-open", () => {
  test("is asked while the join waits, and where it answers nothing is replayed", async () => {
    const wire = new TestWire();
    const old = connected(wire);
    tell(wire, "1");
    const client = opened(wire);
    const heard = await joinLater(client, () => {
      old.pong();
    });
    expect(heard).toEqual([]);
    expect(old.outlet.closedWith).toBeUndefined();
    // It has proven that it lives beside this one: the next joins do not ask again.
    const probes = old.outlet.probes.length;
    old.say("pusher:subscribe", { channel: "private-kept:b", auth: old.sign("private-kept:b") });
    client.join("private-kept:b");
    expect(old.outlet.probes).toHaveLength(probes);
  });

  test("counts as lost where it does not answer, and is closed", async () => {
    const wire = new TestWire();
    const old = connected(wire);
    prove(wire, old);
    tell(wire, "1");
    const client = opened(wire);
    const heard = await joinLater(client, () => {
      tell(wire, "2");
      wire.clock.advance(probePatience);
    });
    expect(heard).toEqual(["1", "2"]);
    expect(old.outlet.closedWith?.code).toBe(4201);
  });

  test("does not prove that it lives by a pong to an older ping", async () => {
    const wire = new TestWire();
    const old = connected(wire);
    tell(wire, "1");
    wire.clock.advance(pingInterval);
    const client = opened(wire);
    const [earlier] = old.outlet.probes;
    const heard = await joinLater(client, () => {
      tell(wire, "2");
      old.connection.alive(earlier?.text ?? "");
      wire.clock.advance(probePatience);
    });
    expect(heard).toEqual(["2"]);
  });

  test("that wakes up later, and comes back, gets its part too", async () => {
    const wire = new TestWire();
    connected(wire);
    tell(wire, "1");
    const client = opened(wire);
    await joinLater(client, () => {
      wire.clock.advance(probePatience);
    });
    tell(wire, "2");
    const back = wire.open();
    const heard = await joinLater(back, () => {
      client.pong();
    });
    expect(heard).toEqual(["1", "2"]);
  });

  test("ends meanwhile: the join waits no longer", async () => {
    const wire = new TestWire();
    const old = connected(wire);
    tell(wire, "1");
    const client = opened(wire);
    const heard = await joinLater(client, () => {
      old.cut();
    });
    expect(heard).toEqual(["1"]);
  });

  test("of a presence member is asked and closed, beside other members; who it was gets what it missed", async () => {
    const wire = new TestWire();
    const name = "presence-kept:a";
    const bob = opened(wire);
    bob.join(name, { user_id: "bob" });
    const old = opened(wire);
    old.join(name, { user_id: "ann" });
    prove(wire, old, bob);
    bob.take();
    tell(wire, "1", name);
    const client = opened(wire);
    const member = JSON.stringify({ user_id: "ann" });
    const answer = client.connection.receive(
      JSON.stringify({
        event: "pusher:subscribe",
        data: { channel: name, auth: client.sign(`${name}:${member}`), channel_data: member },
      }),
    );
    wire.clock.advance(probePatience);
    await answer;
    expect(client.heard()).toEqual(["1"]);
    expect(old.outlet.closedWith?.code).toBe(4201);
    expect(bob.outlet.closedWith).toBeUndefined();
    expect(bob.take().map(({ event }) => event)).toEqual([
      "n",
      "pusher_internal:member_removed",
      "pusher_internal:member_added",
    ]);
  });

  test("is left alone by another user, and by an anonymous one on an open channel", () => {
    const wire = new TestWire();
    const old = wire.open();
    old.signIn(JSON.stringify({ id: "ann" }));
    old.join(channel);
    const other = wire.open();
    other.signIn(JSON.stringify({ id: "bob" }));
    other.join(channel);
    const open = wire.open();
    open.subscribe("kept:open");
    wire.open().subscribe("kept:open");
    expect([...old.outlet.probes, ...open.outlet.probes]).toEqual([]);
  });
});
