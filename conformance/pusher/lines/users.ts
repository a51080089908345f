import { must, may, type Line } from "../line.ts";
import { userAuth } from "../target.ts";
import { expectSame, expectThat, field, NotOffered, shown } from "../../program/verdict.ts";

const succeeded = "pusher_internal:subscription_succeeded";

/** A sign-in that ends the connection: `pusher:error` 4009, close 4009 (section 2.8). */
function refusedSignIn(id: string, what: string, userData: string, secret?: string): Line {
  return must("2.8", id, `a sign-in ${what}: pusher:error 4009 and close 4009`, async (scene) => {
    const client = await scene.connect();
    const auth = userAuth(secret === undefined ? client.app : { ...client.app, secret }, client.id, userData);
    client.send({ event: "pusher:signin", data: { auth, user_data: userData } });
    expectSame(await client.closed(), 4009, "the close code");
    expectSame(field((await client.next("pusher:error")).data, "code"), 4009, "the code of pusher:error");
    client.expectNone("pusher:signin_success");
  });
}

export const users: readonly Line[] = [
  must("1.3", "sign-in", "signin_success: an object whose user_data is the string as sent", async (scene) => {
    const client = await scene.connect();
    const userData = `{"user_info": {"name":"Ada"}, "id":"${scene.name()}"}`;
    client.askToSignIn(userData);
    const { data } = await client.next("pusher:signin_success");
    expectThat(typeof data === "object", `data is ${shown(data)}`);
    expectSame(field(data, "user_data"), userData, "user_data");
  }),
  refusedSignIn("sign-in-forged", "with a wrong signature", '{"id":"u"}', "other"),
  refusedSignIn("sign-in-no-id", "without an id", '{"user_info":{}}'),
  refusedSignIn("sign-in-empty-id", "with an empty id", '{"id":""}'),
  refusedSignIn("sign-in-no-json", "whose user_data is no JSON", "nonsense"),
  must("2.6", "sign-in-other-socket", "a sign-in signed for another connection is refused", async (scene) => {
    const [client, other] = [await scene.connect(), await scene.connect()];
    const userData = '{"id":"u"}';
    client.send({
      event: "pusher:signin",
      data: { auth: userAuth(client.app, other.id, userData), user_data: userData },
    });
    expectSame(await client.closed(), 4009, "the close code");
  }),
  may("2.8", "sign-in-numeric", "a numeric id is taken as a string", async (scene) => {
    const client = await scene.connect();
    client.askToSignIn('{"id":4242}');
    const answered = (): boolean =>
      client.closing !== undefined || client.heard("pusher:signin_success").length > 0;
    await client.until(answered, "an answer");
    if (client.closing !== undefined) throw new NotOffered("an id has to be a string");
    await client.join("#server-to-user-4242");
    await scene.api.publish("#server-to-user-4242", "hello", "{}");
    await client.next("hello", "#server-to-user-4242");
  }),
  must("2.8", "sign-in-again", "signing in again as the same user succeeds again", async (scene) => {
    const [client, id] = [await scene.connect(), scene.name()];
    await client.signIn({ id });
    await client.signIn({ id, user_info: { more: true } });
    await client.join(`#server-to-user-${id}`);
    await scene.api.publish(`#server-to-user-${id}`, "once", "{}");
    await scene.settle(client);
    expectSame(client.heard("once").length, 1, "how often the event came");
  }),
  must(
    "2.8",
    "sign-in-as-another",
    "signing in as another user is an error, and moves nobody",
    async (scene) => {
      const [client, one, other] = [await scene.connect(), scene.name(), scene.name()];
      await client.signIn({ id: one });
      client.askToSignIn(JSON.stringify({ id: other }));
      await client.next("pusher:error");
      expectSame(client.heard("pusher:signin_success").length, 1, "how often signin_success came");
      if (client.closing !== undefined) return;
      await client.join(`#server-to-user-${one}`);
      await scene.api.publish(`#server-to-user-${one}`, "mine", "{}");
      await client.next("mine");
      await scene.api.publish(`#server-to-user-${other}`, "not-mine", "{}");
      await scene.settle(client);
      client.expectNone("not-mine");
    },
  ),
  must(
    "2.8",
    "server-to-user",
    "what is sent to a user reaches all of its connections, and nobody else",
    async (scene) => {
      const [id, stranger] = [scene.name(), await scene.connect()];
      const own = await scene.connectMany(2);
      await stranger.signIn({ id: scene.name() });
      const channel = `#server-to-user-${id}`;
      for (const client of own) {
        await client.signIn({ id });
        await client.join(channel);
      }
      await scene.api.publish(channel, "to-you", '{"n":1}');
      for (const client of own) expectSame((await client.next("to-you", channel)).data, '{"n":1}', "data");
      await scene.settle(stranger);
      stranger.expectNone("to-you");
    },
  ),
  must(
    "1.7",
    "own-user-channel",
    "#server-to-user-ID is joined by that user, signed in, with auth empty",
    async (scene) => {
      const [client, id] = [await scene.connect(), scene.name()];
      await client.signIn({ id });
      client.send({ event: "pusher:subscribe", data: { channel: `#server-to-user-${id}`, auth: "" } });
      await client.next(succeeded, `#server-to-user-${id}`);
    },
  ),
  must(
    "1.7",
    "foreign-user-channel",
    "#server-to-user-ID is joined by nobody else, signed in or not",
    async (scene) => {
      const [client, id] = [await scene.connect(), scene.name()];
      const channel = `#server-to-user-${id}`;
      client.askToJoin(channel);
      await client.refused(channel);
      await client.signIn({ id: `${id}x` });
      client.askToJoin(channel);
      client.send({ event: "pusher:subscribe", data: { channel, auth: client.authFor(channel) } });
      await client.quiet();
      client.expectNone(succeeded, channel);
      await scene.api.publish(channel, "private", "{}");
      await scene.settle(client);
      client.expectNone("private");
    },
  ),
  must(
    "2.8",
    "terminate",
    "terminate_connections closes all of a user's connections with 4009, and no other",
    async (scene) => {
      const [id, other] = [scene.name(), await scene.connect()];
      const own = await scene.connectMany(2);
      for (const client of own) await client.signIn({ id });
      await other.signIn({ id: `${id}x` });
      const { status, text } = await scene.api.post(`/users/${id}/terminate_connections`, undefined);
      expectSame(status, 200, "the status");
      expectSame(JSON.parse(text), {}, "the answer");
      for (const client of own) {
        expectSame(await client.closed(), 4009, "the close code");
        expectSame(field((await client.next("pusher:error")).data, "code"), 4009, "the code of pusher:error");
      }
      await other.quiet();
    },
  ),
  must("3.1", "terminate-nobody", "terminating a user who is not there answers 200 {}", async (scene) => {
    const { status, json } = await scene.api.post(`/users/${scene.name()}/terminate_connections`, undefined);
    expectSame([status, json], [200, {}], "the answer");
  }),
  must(
    "2.11",
    "authorized-in-time",
    "an app of authorised connections closes with 4009 who does nothing",
    async (scene) => {
      const app = scene.special("authorized");
      const [idle, open, signedIn, joined] = await scene.connectMany(4, { app });
      expectThat(
        idle !== undefined && open !== undefined && signedIn !== undefined && joined !== undefined,
        "",
      );
      await open.join(scene.name());
      await signedIn.signIn({ id: scene.name() });
      await joined.join(scene.name("private-"));
      expectSame(await idle.closed(10_000), 4009, "the close code of who did nothing");
      expectSame(await open.closed(10_000), 4009, "the close code of who joined a public channel alone");
      await signedIn.quiet();
      await joined.quiet();
    },
  ),
];
