import { describe, expect, test } from "bun:test";
import type { ClosureKind } from "../../core/closure.ts";
import { closure } from "../../core/closure.ts";
import { userId } from "../../core/ids.ts";
import { outline, TestWire } from "./test-wire.test.ts";

describe("keep-alive", () => {
  test.each([
    '{"event":"pusher:ping"}',
    '{"event":"pusher:ping","data":{}}',
    '{"event":"pusher:ping","data":"{}"}',
  ])("%s is answered at once", (frame) => {
    const client = new TestWire().open();
    void client.connection.receive(frame);
    expect(client.outlet.frames.at(-1)).toBe('{"event":"pusher:pong","data":{}}');
  });

  test("everybody is pinged once in an activity timeout", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.take();
    for (let minute = 0; minute < 6; minute += 1) {
      wire.clock.advance(60_000);
      void client.connection.receive('{"event":"pusher:pong"}');
    }
    expect(outline(client.take())).toEqual(["pusher:ping", "pusher:ping", "pusher:ping"]);
  });

  test("who answers no pusher:ping is asked by a WebSocket ping, and stays if that is answered", () => {
    const wire = new TestWire();
    const client = wire.open();
    for (let second = 0; second < 1_200; second += 1) {
      const before = client.outlet.probes.length;
      wire.clock.advance(1_000);
      if (client.outlet.probes.length > before) client.connection.alive("");
    }
    expect(client.outlet.probes.length).toBeGreaterThan(5);
    expect(client.outlet.closedWith).toBeUndefined();
  });

  test("who answers neither is closed with 4201", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.take();
    for (let second = 0; second < 151 && client.outlet.probes.length === 0; second += 1)
      wire.clock.advance(1_000);
    expect(outline(client.take())).toEqual(["pusher:ping"]);
    wire.clock.advance(29_000);
    expect(client.outlet.closedWith).toBeUndefined();
    wire.clock.advance(2_000);
    expect(client.outlet.probes).toHaveLength(1);
    expect(client.outlet.closedWith?.code).toBe(4201);
    expect(outline(client.take()).at(-1)).toBe("pusher:error 4201");
    client.leave();
    expect(wire.counted).toEqual(["closed no-pong"]);
  });

  test("any message is a sign of life", () => {
    const wire = new TestWire();
    const client = wire.open();
    for (let minute = 0; minute < 10; minute += 1) {
      wire.clock.advance(20_000);
      client.say("nonsense");
    }
    expect(client.outlet.probes).toHaveLength(0);
  });
});

test("what is malformed gets an error without a code, is counted, and closes nothing", () => {
  const wire = new TestWire();
  const client = wire.open();
  client.take();
  void client.connection.receive("{");
  expect(client.take()).toEqual([
    { event: "pusher:error", data: { message: expect.any(String) as string, code: null } },
  ]);
  expect(wire.counted).toEqual(["pusher bad-request"]);
  expect(outline(client.say("pusher:ping"))).toEqual(["pusher:pong"]);
});

describe("closing", () => {
  const rows: [kind: ClosureKind, code: number][] = [
    ["shutdown", 4200],
    ["internal", 4200],
    ["force-reconnect", 4200],
    ["slow", 4100],
    ["too-many-requests", 4100],
    ["no-pong", 4201],
    ["force-disconnect", 4009],
    ["unauthorized", 4009],
    ["invalid-token", 4009],
  ];
  test.each(rows)("%s: the event, then the close code %p", (kind, code) => {
    const wire = new TestWire();
    const client = wire.open();
    client.take();
    const custom = { code: 4999, reason: "custom" };
    client.connection.close({ ...closure(kind, "because"), custom });
    expect(client.take()).toEqual([{ event: "pusher:error", data: { message: "because", code } }]);
    expect(client.outlet.closedWith).toEqual({ code, reason: "because" });
    client.connection.close(closure("internal", "again"));
    expect(client.say("pusher:ping")).toEqual([]);
    client.leave();
    expect(wire.counted).toEqual([`closed ${kind}`]);
  });

  test("a close frame has room for little text", () => {
    const client = new TestWire().open();
    client.connection.close(closure("internal", "é".repeat(500)));
    expect(Buffer.byteLength(client.outlet.closedWith?.reason ?? "")).toBeLessThanOrEqual(123);
  });
});

describe("an app for authorised connections only", () => {
  const pusher = { authorizedWithin: 30_000 };

  test("closes who proves nothing in time", () => {
    const wire = new TestWire({ pusher });
    const client = wire.open();
    client.subscribe("news");
    wire.clock.advance(29_000);
    expect(client.outlet.closedWith).toBeUndefined();
    wire.clock.advance(2_000);
    expect(client.outlet.closedWith?.code).toBe(4009);
  });

  test("keeps who joins a closed channel, and who signs in", () => {
    const wire = new TestWire({ pusher });
    const [joined, signedIn] = [wire.open(), wire.open()];
    joined.join("private-a");
    signedIn.signIn('{"id":"ann"}');
    wire.clock.advance(60_000);
    expect(joined.outlet.closedWith).toBeUndefined();
    expect(signedIn.outlet.closedWith).toBeUndefined();
  });
});

describe("the application's orders (B9)", () => {
  const whom = { user: userId("ann"), client: undefined, whitelist: [] };

  test("an unsubscribe is told on the channel", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn('{"id":"ann"}');
    client.join("private-a");
    client.take();
    wire.hub.control({ kind: "unsubscribe", app: wire.app.id, whom, channel: "private-a" });
    wire.hub.control({ kind: "unsubscribe", app: wire.app.id, whom, channel: "private-b" });
    expect(client.take()).toEqual([
      {
        event: "pusher:subscription_error",
        channel: "private-a",
        data: { type: "AuthError", error: expect.any(String) as string, status: 403 },
      },
    ]);
    expect(wire.hub.channels.size).toBe(0);
  });

  test("a disconnect closes with a code of this wire, whatever code the application chose", () => {
    const wire = new TestWire();
    const [forGood, toReturn, other] = [wire.open(), wire.open(), wire.open()];
    forGood.signIn('{"id":"ann"}');
    toReturn.signIn('{"id":"bob"}');
    other.signIn('{"id":"eve"}');
    const order = { code: 4321, reason: "custom" };
    const app = wire.app.id;
    wire.hub.control({ kind: "disconnect", app, whom, order: { ...order, comeBack: false } });
    const bob = { ...whom, user: userId("bob") };
    wire.hub.control({ kind: "disconnect", app, whom: bob, order: { ...order, comeBack: true } });
    expect(forGood.outlet.closedWith?.code).toBe(4009);
    expect(toReturn.outlet.closedWith?.code).toBe(4200);
    expect(other.outlet.closedWith).toBeUndefined();
  });
});
