import { describe, expect, test } from "bun:test";
import { outline, TestWire, type TestOptions } from "./test-wire.test.ts";

test("reaches the others as the sender gave it, and not the sender", () => {
  const wire = new TestWire();
  const [ear, mouth] = [wire.open(), wire.open()];
  ear.join("private-a");
  mouth.join("private-a");
  ear.take();
  mouth.take();
  void mouth.connection.receive(
    '{"event":"client-a","data":{"n":1.0, "big":12345678901234567890},"channel":"private-a"}',
  );
  void mouth.connection.receive('{"event":"client-b","data":"{\\"n\\":1}","channel":"private-a"}');
  expect(mouth.take()).toEqual([]);
  expect(ear.outlet.frames.slice(-2)).toEqual([
    '{"event":"client-a","channel":"private-a","data":{"n":1.0, "big":12345678901234567890}}',
    '{"event":"client-b","channel":"private-a","data":"{\\"n\\":1}"}',
  ]);
});

test("says on a presence channel whose it is", () => {
  const wire = new TestWire();
  const [ear, mouth] = [wire.open(), wire.open()];
  mouth.join("presence-a", { user_id: "ann" });
  ear.join("presence-a", { user_id: "bob" });
  mouth.say("client-a", 1, "presence-a");
  expect(ear.take()).toEqual([{ event: "client-a", channel: "presence-a", data: 1, user_id: "ann" }]);
});

test("goes to an open channel where the namespace allows it", () => {
  const wire = new TestWire();
  const [ear, mouth] = [wire.open(), wire.open()];
  ear.subscribe("chat:a");
  expect(mouth.say("client-a", 1, "chat:a")).toEqual([]);
  expect(outline(ear.take())).toEqual(["client-a"]);
});

describe("refusals have the channel, are counted, and close nothing", () => {
  const off: TestOptions = { app: { clientEvents: false } };
  const rows: [title: string, channel: string, code: number, counted: string, options: TestOptions][] = [
    ["a channel not joined", "private-b", 4009, "permission-denied", {}],
    ["an open channel", "news", 4009, "permission-denied", {}],
    ["an encrypted channel", "private-encrypted-a", 4009, "permission-denied", {}],
    ["a namespace that allows nothing", "shut:a", 4009, "permission-denied", {}],
    ["a joined channel with client_events off", "private-a", 4009, "permission-denied", off],
    ["no name of this wire", "a b", 4301, "bad-request", {}],
    ["a namespace that is not there", "nowhere:a", 4301, "bad-request", {}],
    ["too long a name", `private-${"c".repeat(200)}`, 4301, "bad-request", {}],
  ];
  test.each(rows)("%s", (...row) => {
    const [, channel, code, counted, options] = row;
    const wire = new TestWire(options);
    const client = wire.open();
    client.join("private-a");
    client.join("private-encrypted-a");
    client.subscribe("news");
    expect(client.say("client-a", 1, channel)).toEqual([
      { event: "pusher:error", channel, data: { message: expect.any(String) as string, code } },
    ]);
    expect(wire.counted).toEqual([`pusher ${counted}`]);
    expect(outline(client.say("pusher:ping"))).toEqual(["pusher:pong"]);
  });

  test("above the rate, until the next second", () => {
    const wire = new TestWire({ app: { clientEventsPerSecond: 2 } });
    const client = wire.open();
    client.join("private-a");
    const say = (): string[] => outline(client.say("client-a", 1, "private-a"));
    expect([say(), say(), say()]).toEqual([[], [], ["pusher:error 4301"]]);
    wire.clock.advance(1_000);
    expect(say()).toEqual([]);
  });

  test("above the bytes, with the option that lifts it", () => {
    const client = new TestWire({ app: { eventBytes: 10 } }).open();
    client.join("private-a");
    expect(client.say("client-a", "x".repeat(10), "private-a")).toEqual([]);
    const [refused] = client.say("client-a", "é".repeat(6), "private-a");
    expect(refused?.data).toMatchObject({ code: 4301 });
    expect(JSON.stringify(refused)).toContain("apps[].limits.event_bytes");
  });
});
