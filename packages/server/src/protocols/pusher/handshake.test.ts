import { describe, expect, test } from "bun:test";
import { Capacity } from "../../core/capacity.ts";
import { keys, TestWire, type TestOptions } from "./test-wire.test.ts";

const query = "protocol=7&client=js&version=8.6.0&flash=false";

describe("a client is let in", () => {
  test.each([
    `/app/${keys.key}?${query}`,
    `/app/${keys.key}/?${query}`,
    `//app/${keys.key}?${query}`,
    `/pusher/app/${keys.key}?${query}`,
    `//pusher/app/${keys.key}?${query}`,
    `/pusher//app/${keys.key}?${query}`,
    `//pusher//app//${keys.key}?${query}`,
    `/app/%61pp-key?${query}`,
    "/app/old-key?protocol=7",
    `/app/${keys.key}?client=java-client&protocol=5&version=2.4.4`,
    `/app/${keys.key}?protocol=6`,
  ])("at %s", (target) => {
    const client = new TestWire().open({ target });
    expect(client.outlet.frames).toHaveLength(1);
    expect(String(client.outlet.frames[0])).toMatch(
      /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":120\}"\}$/,
    );
  });

  test.each(["/apps/key", "///app/key", "/x/app/key", "/application", "/pusher"])(
    "not at %s, which is another's path",
    (path) => {
      expect(new TestWire().protocol.sockets[0]?.matches(path)).toBe(false);
    },
  );

  test("with the subprotocol that it offers", () => {
    const wire = new TestWire();
    const name = "pusher-channels-protocol-7";
    expect(wire.open({ subprotocols: ["other", name] }).subprotocol).toBe(name);
    expect(wire.open({ subprotocols: ["other"] }).subprotocol).toBeUndefined();
    expect(wire.open().subprotocol).toBeUndefined();
  });

  test("with a socket id of its own", () => {
    const wire = new TestWire();
    const ids = new Set(Array.from({ length: 1_000 }, () => wire.open().socketId));
    expect(ids.size).toBe(1_000);
  });
});

describe("a client is turned away, with an event and a close code", () => {
  const path = `/app/${keys.key}`;
  const rows: [code: number, reason: string, target: string, options: TestOptions][] = [
    [4001, "unknown-app", `/app/nobody?${query}`, {}],
    [4001, "unknown-app", `/app/__proto__?${query}`, {}],
    [4001, "unknown-app", `/app/%E0%A4%A?${query}`, {}],
    [4005, "unknown-path", `/app?${query}`, {}],
    [4005, "unknown-path", `/app/?${query}`, {}],
    [4005, "unknown-path", `//pusher/app?${query}`, {}],
    [4005, "unknown-path", `${path}/more?${query}`, {}],
    [4003, "app-disabled", `${path}?${query}`, { pusher: { enabled: false } }],
    [4000, "tls-only", `${path}?${query}`, { pusher: { tlsOnly: true } }],
    [4008, "no-version", path, {}],
    [4008, "no-version", `${path}?protocol=`, {}],
    [4006, "bad-version", `${path}?protocol=seven`, {}],
    [4006, "bad-version", `${path}?protocol=1e99`, {}],
    [4006, "bad-version", `${path}?protocol=-7`, {}],
    [4007, "unsupported-version", `${path}?protocol=4`, {}],
    [4007, "unsupported-version", `${path}?protocol=8`, {}],
  ];
  test.each(rows)("%p %s: %s", (code, reason, target, options) => {
    const wire = new TestWire(options);
    const client = wire.open({ target });
    expect(client.take()).toEqual([
      { event: "pusher:error", data: { message: expect.any(String) as string, code } },
    ]);
    expect(client.outlet.closedWith?.code).toBe(code);
    expect(wire.counted).toEqual([`pusher ${reason}`]);
    client.leave();
    expect(wire.counted).toHaveLength(1);
  });

  test("but not from an app for TLS alone where it comes encrypted", () => {
    expect(new TestWire({ pusher: { tlsOnly: true } }).open({ secure: true }).socketId).not.toBe("");
  });

  test("above the app's connection limit, until one leaves", () => {
    const wire = new TestWire({ pusher: { connectionLimit: 1 } });
    const first = wire.open();
    expect(wire.open().outlet.closedWith?.code).toBe(4004);
    first.leave();
    expect(wire.open().socketId).not.toBe("");
  });
});

test("above the process's limit a client is told to try again, until one leaves", () => {
  const capacity = new Capacity(2);
  const wire = new TestWire({ capacity });
  // One of the other wire.
  capacity.take();
  const first = wire.open();
  const turnedAway = wire.open();
  expect(turnedAway.take()).toEqual([
    { event: "pusher:error", data: { message: "the server takes no more connections now", code: 4100 } },
  ]);
  expect(turnedAway.outlet.closedWith?.code).toBe(4100);
  turnedAway.leave();
  expect(wire.open().outlet.closedWith?.code).toBe(4100);
  first.leave();
  expect(wire.open().socketId).not.toBe("");
  expect(wire.counted).toEqual(["pusher over-capacity", "pusher over-capacity", "closed client"]);
});

describe("origins", () => {
  const rows: [allowed: string[], origin: string | undefined, admitted: boolean][] = [
    [[], "https://any.example", true],
    [["*"], "https://any.example", true],
    [["https://a.example"], "https://a.example", true],
    [["https://a.example"], "https://A.Example", true],
    [["https://a.example"], undefined, true],
    [["https://a.example"], "http://a.example", false],
    [["https://a.example"], "https://a.example.evil", false],
    [["https://a.example"], "null", false],
    [["https://*.example"], "https://a.b.example", true],
    [["https://*.example"], "https://example", false],
    [["https://axexample"], "https://a.example", false],
    [["a.example"], "https://a.example", true],
    [["a.example"], "http://a.example:3000", true],
    [["a.example"], "https://b-a.example", false],
    [["localhost:3000"], "http://localhost:3000", true],
    [["localhost:3000"], "http://localhost:4000", false],
    [["x", "https://a.example"], "https://a.example", true],
  ];
  test.each(rows)("%p, %p: %p", (allowedOrigins, origin, admitted) => {
    const wire = new TestWire({ pusher: { allowedOrigins } });
    const client = wire.open({ headers: new Headers(origin === undefined ? {} : { origin }) });
    expect(client.outlet.closedWith?.code).toBe(admitted ? undefined : 4009);
    expect(wire.counted).toEqual(admitted ? [] : ["pusher bad-origin"]);
  });
});
