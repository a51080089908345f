import { expectSame, expectThat, NotOffered, shown, Skipped } from "../../program/verdict.ts";
import type { Client } from "../client.ts";
import { inSeconds, type Claims } from "../jwt.ts";
import { both, may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A client whose connection ends in a minute. */
function expiring(scene: Scene, claims: Claims = {}): Promise<Client> {
  return scene.connect({ claims: { exp: inSeconds(60), ...claims } });
}

function within(value: unknown, low: number, high: number, what: string): void {
  expectThat(
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high,
    `${what} is ${shown(value)}, not from ${low} to ${high}`,
  );
}

export const connecting: readonly Line[] = [
  ...both(
    "2.1",
    "connect",
    "the connect reply has the client's id, a UUID, and the server's version",
    async (scene) => {
      const { welcome } = await scene.connect();
      expectThat(uuid.test(String(welcome["client"])), `client is ${shown(welcome["client"])}`);
      const { version } = welcome;
      expectThat(typeof version === "string" && version !== "", `version is ${shown(version)}`);
    },
  ),
  must("2.1", "client-ids-differ", "every connection has an id of its own", async (scene) => {
    const user = scene.name();
    const [one, other] = [await scene.connect({ user }), await scene.connect({ user })];
    expectThat(one.id !== other.id, `both are ${one.id}`);
  }),
  must("2.1", "no-session", "a WebSocket's connect reply has neither session nor node", async (scene) => {
    const { welcome } = await scene.connect();
    expectSame([welcome["session"], welcome["node"]], [undefined, undefined], "session and node");
  }),
  must(
    "2.1",
    "name-and-version",
    "name, version, data and headers of the connect command are taken",
    async (scene) => {
      await scene.connect({
        request: { name: "js", version: "5.7.1", data: { any: ["thing"] }, headers: { "x-custom": "1" } },
      });
    },
  ),
  ...both("2.1", "no-end", "a token without exp: neither expires nor ttl", async (scene) => {
    const { welcome } = await scene.connect();
    expectSame([welcome["expires"], welcome["ttl"]], [undefined, undefined], "expires and ttl");
  }),
  ...both("2.1", "expires", "a token with exp: expires, and ttl in seconds", async (scene) => {
    const { welcome } = await expiring(scene);
    expectSame(welcome["expires"], true, "expires");
    within(welcome["ttl"], 50, 60, "ttl");
  }),
  must("2.1", "no-token", "without a token, where nobody gets in without one: close 3501", async (scene) => {
    const client = await scene.open();
    client.send({ id: 1, connect: {} });
    await client.closed(3501);
  }),
  may("2.1", "server-time", "time of the connect reply is the server's, in milliseconds", async (scene) => {
    const before = Date.now();
    const { welcome } = await scene.connect();
    if (welcome["time"] === undefined) throw new NotOffered("client.connect_include_server_time is off");
    within(welcome["time"], before - 60_000, Date.now() + 60_000, "time");
  }),
  must("2.1", "user-connections", "one connection more than a user may have: close 3504", async (scene) => {
    const { userConnections } = scene.target;
    if (userConnections === undefined)
      throw new Skipped("needs --user-connections N, the connections of one user");
    const user = scene.name();
    for (let i = 0; i < userConnections; i += 1) await scene.connect({ user });
    const more = await scene.open();
    more.send({ id: 1, connect: { token: scene.token({ sub: user }) } });
    await more.closed(3504);
  }),
  ...both("2.2", "refresh", "a new token puts the end of the connection off", async (scene) => {
    const client = await expiring(scene);
    const result = await client.ok("refresh", {
      token: scene.token({ sub: client.user, exp: inSeconds(600) }),
    });
    expectSame(result["expires"], true, "expires");
    within(result["ttl"], 590, 600, "ttl");
  }),
  ...both(
    "2.2",
    "refresh-endless",
    "a new token without exp ends the ending: refresh with {}",
    async (scene) => {
      const client = await expiring(scene);
      expectSame(await client.ok("refresh", { token: scene.token({ sub: client.user }) }), {}, "the result");
    },
  ),
  must("2.2", "refresh-empty", "refresh without a token: close 3501", async (scene) => {
    const client = await expiring(scene);
    client.send({ id: 7, refresh: {} });
    await client.closed(3501);
  }),
  must("2.2", "refresh-expired", "refresh with an expired token: close 3005", async (scene) => {
    const client = await expiring(scene);
    client.send({ id: 7, refresh: { token: scene.token({ sub: client.user, exp: inSeconds(-10) }) } });
    await client.closed(3005);
  }),
  must("2.2", "refresh-forged", "refresh with a token of another secret: close 3500", async (scene) => {
    const client = await expiring(scene);
    client.send({ id: 7, refresh: { token: `${scene.token({ sub: client.user })}x` } });
    await client.closed(3500);
  }),
  must("2.2", "refresh-other-user", "refresh with another user's token: close 3500", async (scene) => {
    const client = await expiring(scene);
    client.send({ id: 7, refresh: { token: scene.token({ sub: scene.name(), exp: inSeconds(60) }) } });
    await client.closed(3500);
  }),
  must(
    "2.2",
    "refresh-other-subs",
    "refresh with a token of other server-side channels: close 3010",
    async (scene) => {
      const client = await expiring(scene, { channels: [scene.channel("open")] });
      const token = scene.token({ sub: client.user, exp: inSeconds(60), channels: [scene.channel("open")] });
      client.send({ id: 7, refresh: { token } });
      await client.closed(3010);
    },
  ),
  must("2.2", "refresh-info", "info of the new token is shown from then on", async (scene) => {
    const channel = scene.channel("presence");
    const client = await expiring(scene, { info: { mood: "old" } });
    await client.ok("refresh", {
      token: scene.token({ sub: client.user, exp: inSeconds(60), info: { mood: "new" } }),
    });
    await client.join(channel);
    const { presence } = await client.ok("presence", { channel });
    expectThat(JSON.stringify(presence).includes('"new"'), `presence is ${shown(presence)}`);
  }),
  ...both("2.2", "expired-close", "who does not refresh in time: close 3005", async (scene) => {
    scene.needsShortDelays();
    const client = await scene.connect({ claims: { exp: inSeconds(2) } });
    await client.closed(3005, "connection expired", 5_000);
  }),
  must("2.2", "refreshed-stays", "who refreshes in time stays", async (scene) => {
    scene.needsShortDelays();
    const user = scene.name();
    const late = await scene.connect({ user, claims: { exp: inSeconds(2) } });
    const client = await scene.connect({ user, claims: { exp: inSeconds(2) } });
    await client.ok("refresh", { token: scene.token({ sub: user, exp: inSeconds(60) }) });
    await late.closed(3005, "connection expired", 5_000);
    await client.quiet();
  }),
];
