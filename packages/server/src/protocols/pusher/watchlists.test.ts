import { describe, expect, test } from "bun:test";
import { userId } from "../../core/ids.ts";
import type { Frame } from "../../core/outlet.ts";
import type { PusherConnection } from "./connection.ts";
import {
  outline,
  type Frame as ServerFrame,
  type TestClient,
  TestWire,
  type TestOptions,
} from "./test-wire.test.ts";
import { Watchlists } from "./watchlists.ts";

/** Longer than the time between two looks. */
const look = 1_000;

function watching(id: string, ...watchlist: readonly unknown[]): string {
  return JSON.stringify({ id, watchlist });
}

/** What a client was told of its watchlist since the last look, in order: `+ann` came, `-ann` went. */
function told(client: TestClient): string[] {
  return toldIn(client.take());
}

function toldIn(frames: readonly ServerFrame[]): string[] {
  return frames.flatMap(({ event, data }) => {
    if (event !== "pusher_internal:watchlist_events") return [];
    const { events } = data as { events: { name: string; user_ids: string[] }[] };
    return events.flatMap(({ name, user_ids: ids }) =>
      ids.map((id) => `${name === "online" ? "+" : "-"}${id}`),
    );
  });
}

/** The wire, and the frames that it handed to topics of watchlists. */
function watchedWire(options: TestOptions = {}): { wire: TestWire; published: Frame[] } {
  const wire = new TestWire(options);
  const published: Frame[] = [];
  const { fanout } = wire;
  const publish = fanout.publish.bind(fanout);
  fanout.publish = (topic, frame, except) => {
    if (topic.startsWith("watchlist/")) published.push(frame);
    publish(topic, frame, except);
  };
  return { wire, published };
}

/** Topics of watchlists that somebody follows. */
function followed(wire: TestWire): string[] {
  return [...wire.fanout.followers]
    .filter(([topic, outlets]) => topic.startsWith("watchlist/") && outlets.size > 0)
    .map(([topic]) => topic);
}

describe("a sign-in with a watchlist", () => {
  test("is answered with who is there and who is not, in the form that pusher-js reads", () => {
    const wire = new TestWire();
    wire.open().signIn('{"id":"bob"}');
    const frames = wire.open().signIn(watching("ann", "bob", "eve", "dan"));
    expect(outline(frames)).toEqual(["pusher:signin_success", "pusher_internal:watchlist_events"]);
    expect(frames[1]).toEqual({
      event: "pusher_internal:watchlist_events",
      data: {
        events: [
          { name: "online", user_ids: ["bob"] },
          { name: "offline", user_ids: ["eve", "dan"] },
        ],
      },
    });
  });

  test("leaves an empty list of either out", () => {
    const wire = new TestWire();
    wire.open().signIn('{"id":"bob"}');
    const [, online] = wire.open().signIn(watching("ann", "bob"));
    const [, offline] = wire.open().signIn(watching("ann", "eve"));
    expect(online?.data).toEqual({ events: [{ name: "online", user_ids: ["bob"] }] });
    expect(offline?.data).toEqual({ events: [{ name: "offline", user_ids: ["eve"] }] });
  });

  test.each([['{"id":"ann"}'], ['{"id":"ann","watchlist":null}'], ['{"id":"ann","watchlist":[]}']])(
    "that names nobody, %s, is answered as ever",
    (userData) => {
      expect(outline(new TestWire().open().signIn(userData))).toEqual(["pusher:signin_success"]);
    },
  );

  test("takes the first of too many, says so with 4302, and stays", () => {
    const wire = new TestWire();
    const client = wire.open();
    const many = Array.from({ length: 101 }, (_, i) => `u${i}`);
    const frames = client.signIn(watching("ann", ...many));
    expect(outline(frames)).toEqual([
      "pusher:signin_success",
      "pusher_internal:watchlist_events",
      "pusher:error 4302",
    ]);
    expect(JSON.stringify(frames[2])).toContain("apps[].limits.watchlist");
    expect(client.outlet.closedWith).toBeUndefined();
    wire.open().signIn('{"id":"u99"}');
    wire.open().signIn('{"id":"u100"}');
    wire.clock.advance(look);
    expect(told(client)).toEqual(["+u99"]);
  });

  test("counts an id once, and has the limit of its app", () => {
    const same = Array.from({ length: 200 }, (_, i) => `u${i % 100}`);
    expect(outline(new TestWire().open().signIn(watching("ann", ...same)))).not.toContain(
      "pusher:error 4302",
    );
    const two = new TestWire({ pusher: { watchlistLimit: 2 } }).open();
    expect(outline(two.signIn(watching("ann", "a", "b", "c")))).toContain("pusher:error 4302");
    const any = new TestWire({ pusher: { watchlistLimit: 0 } }).open();
    const many = Array.from({ length: 1_000 }, (_, i) => i);
    expect(outline(any.signIn(watching("ann", ...many)))).not.toContain("pusher:error 4302");
  });

  test.each<[string, unknown]>([
    ["text", "bob"],
    ["an object", { 0: "bob" }],
    ["a list with an object", ["bob", {}]],
    ["a list with an empty id", ["bob", ""]],
    ["a list with an id of 129 characters", ["bob", "b".repeat(129)]],
  ])("that is %s signs in, and is told what is wrong", (_title, watchlist) => {
    const client = new TestWire().open();
    const frames = outline(client.signIn(JSON.stringify({ id: "ann", watchlist })));
    expect(frames[0]).toBe("pusher:signin_success");
    expect(frames.at(-1)).toBe("pusher:error 4300");
    expect(frames).toHaveLength(Array.isArray(watchlist) ? 3 : 2);
    expect(client.outlet.closedWith).toBeUndefined();
  });

  test("takes numbers for ids, as in id itself", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn(watching("ann", 7));
    wire.open().signIn('{"id":7}');
    wire.clock.advance(look);
    expect(told(client)).toEqual(["+7"]);
  });
});

describe("a watched user", () => {
  test("comes with the first connection and goes with the last", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn(watching("ann", "bob"));
    const [first, second] = [wire.open(), wire.open()];
    const news = (): string[] => {
      wire.clock.advance(look);
      return told(client);
    };
    client.take();
    first.signIn('{"id":"bob"}');
    expect(news()).toEqual(["+bob"]);
    second.signIn('{"id":"bob"}');
    first.leave();
    expect(news()).toEqual([]);
    second.leave();
    expect(news()).toEqual(["-bob"]);
  });

  test("who only stands in a presence channel has not signed in, and is not there", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn(watching("ann", "bob"));
    client.take();
    wire.open().join("presence-a", { user_id: "bob" });
    wire.clock.advance(look);
    expect(told(client)).toEqual([]);
  });

  test("who is back before anybody looked was never gone", () => {
    const wire = new TestWire();
    const bob = wire.open();
    bob.signIn('{"id":"bob"}');
    const client = wire.open();
    client.signIn(watching("ann", "bob"));
    client.take();
    bob.leave();
    wire.open().signIn('{"id":"bob"}');
    wire.clock.advance(look);
    expect(told(client)).toEqual([]);
  });

  test("may be oneself", () => {
    const wire = new TestWire();
    const client = wire.open();
    client.signIn(watching("ann", "ann"));
    wire.clock.advance(look);
    expect(client.take()).toEqual([]);
    const other = wire.open();
    other.signIn(watching("ann", "ann"));
    expect(told(client)).toEqual([]);
    other.leave();
    client.leave();
    expect(followed(wire)).toEqual([]);
  });

  test("costs one frame, however many watch", () => {
    const { wire, published } = watchedWire();
    const clients = Array.from({ length: 50 }, (_, i) => {
      const client = wire.open();
      client.signIn(watching(`u${i}`, "bob"));
      return client;
    });
    wire.open().signIn('{"id":"bob"}');
    wire.clock.advance(look);
    expect(clients.every((client) => told(client).at(-1) === "+bob")).toBe(true);
    expect(published).toHaveLength(1);
  });

  test("whom nobody watches causes nothing", () => {
    const { wire, published } = watchedWire();
    const client = wire.open();
    client.signIn(watching("ann", "bob"));
    for (let i = 0; i < 100; i += 1) {
      const passer = wire.open();
      passer.signIn(`{"id":"p${i}"}`);
      passer.leave();
    }
    wire.clock.advance(look);
    expect(published).toEqual([]);
  });
});

test("whoever starts to watch while a change is not yet told hears it once, and the others too", () => {
  const wire = new TestWire();
  const [early, late] = [wire.open(), wire.open()];
  early.signIn(watching("ann", "bob"));
  early.take();
  wire.open().signIn('{"id":"bob"}');
  expect(toldIn(late.signIn(watching("eve", "bob")))).toEqual(["+bob"]);
  wire.clock.advance(look);
  expect(told(early)).toEqual(["+bob"]);
  expect(told(late)).toEqual([]);
});

test("a second sign-in says anew whom the connection watches", () => {
  const wire = new TestWire();
  const client = wire.open();
  client.signIn(watching("ann", "bob", "eve"));
  client.signIn(watching("ann", "eve", "dan"));
  for (const id of ["bob", "eve", "dan"]) wire.open().signIn(JSON.stringify({ id }));
  wire.clock.advance(look);
  expect(told(client)).toEqual(["+eve", "+dan"]);
  client.signIn('{"id":"ann"}');
  expect(followed(wire)).toEqual([]);
});

test("a connection that watches leaves nothing behind", () => {
  const wire = new TestWire();
  const clients = Array.from({ length: 20 }, () => wire.open());
  for (const [i, client] of clients.entries())
    client.signIn(watching(`u${i}`, ...Array.from({ length: 20 }, (_, other) => `u${other}`)));
  for (const client of clients) client.leave();
  wire.clock.advance(look);
  expect(followed(wire)).toEqual([]);
  expect(wire.app.userCount).toBe(0);
});

test("users are kept only while somebody watches them", () => {
  const wire = new TestWire();
  const lists = new Watchlists(wire.hub, [wire.app]);
  const [one, other] = [wire.open(), wire.open()].map(({ connection }) => connection as PusherConnection);
  if (one === undefined || other === undefined) throw new Error("no connections");
  lists.watch(one, [userId("a"), userId("b")]);
  lists.watch(other, [userId("b"), userId("c")]);
  expect(lists.size).toBe(3);
  lists.watch(one, [userId("b")]);
  expect(lists.size).toBe(2);
  lists.forget(one);
  lists.forget(other);
  lists.forget(other);
  expect(lists.size).toBe(0);
});

test("a burst of changes is told over several looks, each of bounded work", () => {
  const { wire, published } = watchedWire({ pusher: { watchlistLimit: 0 } });
  const users = Array.from({ length: 250 }, (_, i) => `u${i}`);
  const clients = Array.from({ length: 100 }, (_, i) => {
    const client = wire.open();
    client.signIn(watching(`w${i}`, ...users));
    return client;
  });
  for (const id of users) wire.open().signIn(JSON.stringify({ id }));
  wire.clock.advance(500);
  expect(published).toHaveLength(200);
  wire.clock.advance(500);
  expect(published).toHaveLength(250);
  expect(clients.map((client) => told(client).filter((news) => news.startsWith("+")).length)).toEqual(
    clients.map(() => 250),
  );
});
