import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { hmacHex } from "../target.ts";
import { expectSame, expectThat } from "../../program/verdict.ts";

const succeeded = "pusher_internal:subscription_succeeded";

/** A name that is refused: nothing is joined, and the connection stays. */
function refusedName(id: string, what: string, name: (scene: Scene) => string): Line {
  return must("2.1", id, `${what} is refused, and the connection stays`, async (scene) => {
    const [client, channel] = [await scene.connect(), name(scene)];
    client.askToJoin(channel);
    await client.refused(channel);
  });
}

/** Public, although something inside looks like a prefix (section 2.2). */
const lookalikes = ["x-private-", "my-cache-", "not-presence-", "privateer-", "presence", "Private-"].map(
  (name) =>
    must(
      "2.2",
      `public-${name.toLowerCase()}`,
      `${name}… is a public channel: prefixes are anchored`,
      async (scene) => {
        const [client, channel] = [await scene.connect(), scene.name(name)];
        client.send({ event: "pusher:subscribe", data: { channel, auth: "" } });
        await client.next(succeeded, channel);
        await client.quiet();
        client.expectNone("pusher:cache_miss");
      },
    ),
);

const closedKinds = ["private-", "private-encrypted-", "private-cache-", "private-encrypted-cache-"];
const signedKinds = closedKinds.flatMap((kind) => [
  must("2.2", `${kind}joined`, `${kind}… is joined with the back end's signature`, async (scene) => {
    const channel = scene.name(kind);
    const client = await scene.connect();
    const { data } = await client.join(channel);
    expectSame(data, "{}", "data of subscription_succeeded");
    await scene.api.publish(channel, "news", '{"nonce":"bm9uY2U=","ciphertext":"dGV4dA=="}');
    const news = await client.next("news", channel);
    expectSame(news.data, '{"nonce":"bm9uY2U=","ciphertext":"dGV4dA=="}', "data");
  }),
  must("2.2", `${kind}unsigned`, `${kind}… is not joined without a signature`, async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name(kind)];
    client.send({ event: "pusher:subscribe", data: { channel } });
    client.send({ event: "pusher:subscribe", data: { channel, auth: "" } });
    await client.refused(channel);
    await scene.api.publish(channel, "secret", "{}");
    await scene.settle(client);
    client.expectNone("secret");
  }),
]);

/** Signatures that are not right; `auth` is given a connection's own data. */
interface Forgery {
  readonly id: string;
  readonly what: string;
  readonly auth: (parts: {
    key: string;
    secret: string;
    socketId: string;
    channel: string;
    right: string;
  }) => string;
}

const forgeries: readonly Forgery[] = [
  {
    id: "secret",
    what: "made with another secret",
    auth: ({ key, socketId, channel }) => `${key}:${hmacHex("other", `${socketId}:${channel}`)}`,
  },
  {
    id: "channel",
    what: "of another channel",
    auth: ({ key, secret, socketId, channel }) => `${key}:${hmacHex(secret, `${socketId}:${channel}-2`)}`,
  },
  {
    id: "socket",
    what: "of another connection",
    auth: ({ key, secret, channel }) => `${key}:${hmacHex(secret, `1.1:${channel}`)}`,
  },
  { id: "key", what: "with another key before it", auth: ({ right, key }) => right.replace(key, `${key}x`) },
  { id: "no-key", what: "with no key before it", auth: ({ right }) => right.slice(right.indexOf(":")) },
  { id: "cut", what: "that is cut short", auth: ({ right }) => right.slice(0, -1) },
  { id: "longer", what: "with something behind it", auth: ({ right }) => `${right}0` },
  {
    id: "user",
    what: "of a sign-in",
    auth: ({ key, secret, socketId, channel }) =>
      `${key}:${hmacHex(secret, `${socketId}::user::${channel}`)}`,
  },
];

const forged = forgeries.map(({ id, what, auth }) =>
  must("2.6", `signature-${id}`, `a signature ${what} opens no private channel`, async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name("private-")];
    const { key, secret } = client.app;
    const given = auth({ key, secret, socketId: client.id, channel, right: client.authFor(channel) });
    client.send({ event: "pusher:subscribe", data: { channel, auth: given } });
    await client.refused(channel);
    // And the right one still does.
    await client.join(channel);
  }),
);

export const channels: readonly Line[] = [
  must(
    "1.7",
    "public",
    'a public channel: subscription_succeeded with data, the string "{}"',
    async (scene) => {
      const client = await scene.connect();
      const { data } = await client.join(scene.name());
      expectSame(data, "{}", "data");
    },
  ),
  must(
    "1.4",
    "public-without-auth",
    "a public channel needs no auth, not even an empty one",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.name()];
      client.send({ event: "pusher:subscribe", data: { channel } });
      await client.next(succeeded, channel);
    },
  ),
  must(
    "1.7",
    "subscribe-twice",
    "a second subscribe is harmless: succeeded again, and events come once",
    async (scene) => {
      const channel = scene.name();
      const client = await scene.joined(channel);
      await client.join(channel);
      await scene.api.publish(channel, "once", "{}");
      await scene.settle(client);
      expectSame(client.heard("once").length, 1, "how often the event came");
    },
  ),
  must("1.4", "unsubscribe", "who has unsubscribed hears nothing more, and may come back", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    client.leave(channel);
    await client.quiet();
    await scene.api.publish(channel, "missed", "{}");
    await scene.settle(client);
    client.expectNone("missed");
    await client.join(channel);
    await scene.api.publish(channel, "heard", "{}");
    await client.next("heard", channel);
  }),
  must(
    "1.4",
    "unsubscribe-unknown",
    "unsubscribing from what was never joined does no harm",
    async (scene) => {
      const client = await scene.connect();
      client.leave(scene.name());
      await client.quiet();
    },
  ),
  must("2.1", "names", "names of letters, digits and _ - = @ , . ; are taken", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name("aZ09_-=@,.;")];
    await client.join(channel);
    await scene.api.publish(channel, "here", "{}");
    await client.next("here", channel);
  }),
  must("2.1", "name-164", "a name of 164 characters is taken", async (scene) => {
    const client = await scene.connect();
    await client.join(scene.name().padEnd(164, "x"));
  }),
  refusedName("name-long", "a name of 201 characters", (scene) => scene.name().padEnd(201, "x")),
  refusedName("name-empty", "an empty name", () => ""),
  refusedName("name-space", "a name with a space", (scene) => scene.name("a b")),
  refusedName("name-slash", "a name with a slash", (scene) => scene.name("a/b")),
  refusedName("name-unicode", "a name with a letter outside ASCII", (scene) => scene.name("é")),
  refusedName("name-hash", "a name that begins with #", (scene) => scene.name("#")),
  must("5", "channels-100", "one connection has 100 channels, and hears each", async (scene) => {
    const client = await scene.connect();
    const names = Array.from({ length: 100 }, () => scene.name());
    for (const name of names) client.askToJoin(name);
    for (const name of names) await client.next(succeeded, name);
    await scene.api.publish(names, "all", "{}");
    for (const name of names) await client.next("all", name);
  }),
  ...lookalikes,
  ...signedKinds,
  ...forged,
  must(
    "2.6",
    "refused-stays",
    "who was refused a channel stays connected, with its other channels",
    async (scene) => {
      const [open, shut] = [scene.name(), scene.name("private-")];
      const client = await scene.joined(open);
      client.send({ event: "pusher:subscribe", data: { channel: shut, auth: `${client.app.key}:00` } });
      await client.refused(shut);
      await scene.api.publish(open, "still", "{}");
      await client.next("still", open);
      expectThat(client.closing === undefined, "the connection was closed");
    },
  ),
];
