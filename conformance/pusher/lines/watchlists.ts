import type { Client } from "../client.ts";
import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { expectSame, expectThat, field } from "../../program/verdict.ts";

const event = "pusher_internal:watchlist_events";

/** What a watcher was told, in order: `+user` and `-user`. */
function told(client: Client): string[] {
  return client.heard(event).flatMap(({ data }) => {
    const read: unknown = typeof data === "string" ? JSON.parse(data) : data;
    const events = field(read, "events");
    expectThat(Array.isArray(events), "data of watchlist_events has no list of events");
    return (events as readonly unknown[]).flatMap((one) => {
      const sign = field(one, "name") === "online" ? "+" : field(one, "name") === "offline" ? "-" : "?";
      const ids = field(one, "user_ids");
      expectThat(Array.isArray(ids), "user_ids is no list");
      return (ids as readonly string[]).map((id) => sign + id);
    });
  });
}

async function watching(scene: Scene, watchlist: readonly string[]): Promise<Client> {
  const client = await scene.connect();
  await client.signIn({ id: scene.name(), watchlist });
  return client;
}

async function online(scene: Scene, id: string): Promise<Client> {
  const client = await scene.connect();
  await client.signIn({ id });
  return client;
}

export const watchlists: readonly Line[] = [
  must(
    "2.9",
    "watchlist-first",
    "after the sign-in comes who of the watchlist is online and who is not",
    async (scene) => {
      const [here, away] = [scene.name(), scene.name()];
      await online(scene, here);
      const client = await watching(scene, [here, away]);
      await client.until(() => told(client).length >= 2, "the first state");
      expectSame(told(client).sort(), [`+${here}`, `-${away}`].sort(), "what was told");
    },
  ),
  must(
    "2.9",
    "watchlist-changes",
    "a watched user's first connection and last end are told",
    async (scene) => {
      const id = scene.name();
      const client = await watching(scene, [id]);
      await client.until(() => told(client).includes(`-${id}`), "the first state");
      const first = await online(scene, id);
      await client.until(() => told(client).at(-1) === `+${id}`, "that the user is online", 10_000);
      const second = await online(scene, id);
      first.close();
      await first.closed();
      await second.quiet();
      const other = scene.name();
      const witness = await watching(scene, [other]);
      const last = await online(scene, other);
      await witness.until(() => told(witness).at(-1) === `+${other}`, "that another is online", 10_000);
      last.close();
      await witness.until(() => told(witness).at(-1) === `-${other}`, "that another is offline", 15_000);
      expectSame(told(client), [`-${id}`, `+${id}`], "what was told with a connection left");
      second.close();
      await client.until(() => told(client).at(-1) === `-${id}`, "that the user is offline", 15_000);
      expectSame(told(client), [`-${id}`, `+${id}`, `-${id}`], "what was told");
    },
  ),
  must("2.9", "watchlist-100", "a watchlist of 100 is taken without an error", async (scene) => {
    const ids = Array.from({ length: 100 }, () => scene.name());
    const client = await watching(scene, ids);
    await client.until(() => told(client).length >= 100, "the first state");
    await client.quiet();
    client.expectNone("pusher:error");
  }),
  must(
    "2.9",
    "watchlist-101",
    "of 101 the first 100 are watched: signed in, and pusher:error 4302",
    async (scene) => {
      const ids = Array.from({ length: 101 }, () => scene.name());
      const client = await watching(scene, ids);
      expectSame(field((await client.next("pusher:error")).data, "code"), 4302, "the code of pusher:error");
      await client.until(() => told(client).length >= 100, "the first state");
      expectSame(
        told(client).sort(),
        ids
          .slice(0, 100)
          .map((id) => `-${id}`)
          .sort(),
        "who is watched",
      );
      await client.quiet();
    },
  ),
  must("2.9", "no-watchlist", "who gives no watchlist hears of nobody", async (scene) => {
    const client = await online(scene, scene.name());
    await online(scene, scene.name());
    await scene.settle(client);
    client.expectNone(event);
  }),
];
