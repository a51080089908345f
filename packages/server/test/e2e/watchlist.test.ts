import { describe, expect, setDefaultTimeout, test } from "bun:test";
import Pusher from "pusher-js";
import { CentrifugeClient, near, pusherSigner } from "../clients.ts";
import { Events } from "../events.ts";
import { keys, startTestServer } from "../server.ts";

setDefaultTimeout(10_000);

interface News {
  readonly name: string;
  readonly user_ids: readonly string[];
}

/** pusher-js as a signed-in user, with what `pusher.user.watchlist` says. The back end's word is the `pusher` package's. */
class Watcher implements AsyncDisposable {
  readonly news = new Events<News>();
  /** Codes of `pusher:error`. */
  readonly errors = new Events<number>();
  readonly signedIn: Promise<void>;
  private readonly pusher: Pusher;

  constructor(port: number, id: string, watchlist?: readonly string[]) {
    const signer = pusherSigner(keys.app, port);
    this.pusher = new Pusher(keys.app.key, {
      ...near(port),
      userAuthentication: {
        customHandler: ({ socketId }, answer) => {
          const user = watchlist === undefined ? { id } : { id, watchlist: [...watchlist] };
          answer(null, signer.authenticateUser(socketId, user));
        },
      },
    });
    const { user, connection } = this.pusher;
    for (const name of ["online", "offline"])
      user.watchlist.bind(name, (news: News) => {
        this.news.push(news);
      });
    this.signedIn = new Promise((resolve) => {
      connection.bind("message", ({ event, data }: { event: string; data: { code: number } }) => {
        if (event === "pusher:signin_success") resolve();
        if (event === "pusher:error") this.errors.push(data.code);
      });
    });
    this.pusher.signin();
  }

  /** Lets the transport go; the library comes back by itself. */
  reconnect(): void {
    this.pusher.disconnect();
    this.pusher.connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pusher.disconnect();
    return Promise.resolve();
  }
}

describe("pusher.user.watchlist", () => {
  test("tells who is there after the sign-in, then who comes and goes", async () => {
    await using server = startTestServer();
    await using bob = new Watcher(server.port, "bob");
    await bob.signedIn;
    await using ann = new Watcher(server.port, "ann", ["bob", "eve"]);
    expect(await ann.news.next()).toEqual({ name: "online", user_ids: ["bob"] });
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["eve"] });
    const eve = new Watcher(server.port, "eve");
    expect(await ann.news.next()).toEqual({ name: "online", user_ids: ["eve"] });
    await eve[Symbol.asyncDispose]();
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["eve"] });
    await bob[Symbol.asyncDispose]();
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["bob"] });
  });

  test("B8: counts a user's Centrifugo connections", async () => {
    await using server = startTestServer();
    const bob = await CentrifugeClient.connect(server.port, { user: "bob" });
    await using ann = new Watcher(server.port, "ann", ["bob", "eve"]);
    expect(await ann.news.next()).toEqual({ name: "online", user_ids: ["bob"] });
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["eve"] });
    await using eve = await CentrifugeClient.connect(server.port, { user: "eve" });
    expect(await ann.news.next()).toEqual({ name: "online", user_ids: [eve.user] });
    await using also = new Watcher(server.port, "bob");
    await also.signedIn;
    await bob[Symbol.asyncDispose]();
    await also[Symbol.asyncDispose]();
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["bob"] });
    expect(ann.news.all).toHaveLength(4);
  });

  test("tells the state anew after the watcher's own reconnect", async () => {
    await using server = startTestServer();
    await using ann = new Watcher(server.port, "ann", ["bob"]);
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["bob"] });
    ann.reconnect();
    expect(await ann.news.next()).toEqual({ name: "offline", user_ids: ["bob"] });
  });

  test("watches the first 100 of more, with 4302", async () => {
    await using server = startTestServer();
    await using last = new Watcher(server.port, "u99");
    await using beyond = new Watcher(server.port, "u100");
    await Promise.all([last.signedIn, beyond.signedIn]);
    const many = Array.from({ length: 101 }, (_, i) => `u${i}`);
    await using ann = new Watcher(server.port, "ann", many);
    expect(await ann.news.next()).toEqual({ name: "online", user_ids: ["u99"] });
    expect((await ann.news.next()).user_ids).toHaveLength(99);
    expect(await ann.errors.next()).toBe(4302);
  });
});
