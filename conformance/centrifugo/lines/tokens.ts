import { expectSame, expectThat, field, shown, Skipped } from "../../program/verdict.ts";
import { expectError, type Client } from "../client.ts";
import { inSeconds, signed, unsigned, type Claims } from "../jwt.ts";
import { both, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";

type TokenOf = (scene: Scene) => string;

/** Tokens that let nobody in. */
function invalid(id: string, what: string, token: TokenOf): Line {
  return must("4.1", id, `${what}: close 3500`, async (scene) => {
    const client = await scene.open();
    client.send({ id: 1, connect: { token: token(scene) } });
    await client.closed(3500);
  });
}

/** Tokens whose time is over, or has not come. */
function expired(id: string, what: string, claims: () => Claims): readonly Line[] {
  return both("4.1", id, `${what}: error 109`, async (scene) => {
    const client = await scene.open();
    client.send({ id: 1, connect: { token: scene.token({ sub: "late", ...claims() }) } });
    expectError(await client.replyTo(1), 109, "connect");
  });
}

/** Whoever else is in the channel sees of the client. */
async function shownOf(scene: Scene, claims: Claims): Promise<unknown> {
  const channel = scene.channel("presence");
  const client = await scene.joined(channel, {}, { claims });
  const { presence } = await client.ok("presence", { channel });
  return field(presence, client.id);
}

/** Subscription tokens that are refused with error 103. */
function badTicket(
  id: string,
  what: string,
  token: (scene: Scene, channel: string, client: Client) => string,
): Line {
  return must("4.2", id, `${what}: error 103`, async (scene) => {
    const [client, channel] = [await scene.connect(), `$${scene.channel("open")}`];
    await client.refused("subscribe", { channel, token: token(scene, channel, client) }, 103);
  });
}

/** Subscription tokens of somebody or something else, which end the connection. */
function foreignTicket(id: string, what: string, claims: (scene: Scene) => Claims): Line {
  return must("4.2", id, `${what}: close 3500`, async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    client.send({ id: 7, subscribe: { channel, token: scene.ticket(client, channel, claims(scene)) } });
    await client.closed(3500);
  });
}

function needs(value: string | undefined, option: string): void {
  if (value === undefined) throw new Skipped(`needs --${option}, which tokens have to say`);
}

export const tokens: readonly Line[] = [
  ...(["HS256", "HS384", "HS512"] as const).map((algorithm) =>
    must(
      "4.3",
      `algorithm-${algorithm.toLowerCase()}`,
      `a token signed with ${algorithm} lets in`,
      async (scene) => {
        const client = await scene.open();
        await client.ok("connect", { token: scene.token({ sub: "one" }, algorithm) });
      },
    ),
  ),
  invalid("algorithm-none", "a token of algorithm none, unsigned", (scene) =>
    unsigned(scene.claims({ sub: "x" })),
  ),
  invalid("algorithm-none-capitals", "a token of algorithm NONE, unsigned", (scene) =>
    unsigned(scene.claims({ sub: "x" }), "NONE"),
  ),
  invalid("unsigned", "a token of HS256 without a signature", (scene) =>
    unsigned(scene.claims({ sub: "x" }), "HS256"),
  ),
  invalid("other-secret", "a token of another secret", (scene) =>
    signed(scene.claims({ sub: "x" }), "other"),
  ),
  invalid("empty-secret", "a token signed with an empty secret", (scene) =>
    signed(scene.claims({ sub: "x" }), ""),
  ),
  invalid("changed-claims", "a token whose claims were changed", (scene) => {
    const [head = "", , signature = ""] = scene.token({ sub: "x" }).split(".");
    const [, body = ""] = scene.token({ sub: "y" }).split(".");
    return `${head}.${body}.${signature}`;
  }),
  invalid(
    "other-algorithm-said",
    "a token that says another algorithm than that of its signature",
    (scene) => {
      const [, body = "", signature = ""] = scene.token({ sub: "x" }).split(".");
      const [head = ""] = scene.token({ sub: "x" }, "HS512").split(".");
      return `${head}.${body}.${signature}`;
    },
  ),
  invalid("no-jwt", "text that is no JWT", () => "this is no token"),
  invalid("two-parts", "a JWT of two parts", (scene) =>
    scene.token({ sub: "x" }).split(".").slice(0, 2).join("."),
  ),
  invalid("sub-number", "a sub that is no text", (scene) => scene.token({ sub: 7 })),
  invalid("channel-claim", "a subscription token, with its channel, instead of a connection token", (scene) =>
    scene.token({ sub: "x", channel: "some" }),
  ),
  ...expired("exp-past", "exp that is past", () => ({ exp: inSeconds(-10) })),
  ...expired("nbf-future", "nbf that is to come", () => ({ nbf: inSeconds(3_600) })),
  must("4.1", "nbf-past", "nbf that is past lets in", async (scene) => {
    await scene.connect({ claims: { nbf: inSeconds(-10), jti: "1" } });
  }),
  invalid("issuer-other", "an iss that is not the server's", (scene) => {
    needs(scene.target.issuer, "issuer");
    return scene.token({ sub: "x", iss: "somebody else" });
  }),
  invalid("issuer-missing", "no iss, where one is wanted", (scene) => {
    needs(scene.target.issuer, "issuer");
    return scene.token({ sub: "x", iss: undefined });
  }),
  invalid("audience-other", "an aud that is not the server's", (scene) => {
    needs(scene.target.audience, "audience");
    return scene.token({ sub: "x", aud: ["somebody", "else"] });
  }),
  invalid("audience-missing", "no aud, where one is wanted", (scene) => {
    needs(scene.target.audience, "audience");
    return scene.token({ sub: "x", aud: undefined });
  }),
  must("4.1", "audience-list", "an aud that is a list with the server's lets in", async (scene) => {
    const { audience } = scene.target;
    needs(audience, "audience");
    await scene.connect({ claims: { aud: ["other", audience] } });
  }),
  ...both("4.1", "sub", "sub is the user that others see", async (scene) => {
    const user = scene.name();
    const found = await shownOf(scene, { sub: user });
    expectSame(field(found, "user"), user, "user");
  }),
  must("4.1", "sub-absent", "a token without sub is nobody's: user is empty, and there", async (scene) => {
    const channel = scene.channel("anonymous");
    const client = await scene.joined(channel, {}, { claims: { sub: undefined } });
    const { presence } = await client.ok("presence", { channel });
    expectSame(field(presence, client.id, "user"), "", "user");
  }),
  ...both("4.1", "info", "info of the token is conn_info, of any JSON", async (scene) => {
    const info = { name: "Ann", langs: ["fr", 1] };
    expectSame(field(await shownOf(scene, { info }), "conn_info"), info, "conn_info");
  }),
  ...both("4.1", "info-text", "info may be a text", async (scene) => {
    expectSame(field(await shownOf(scene, { info: "Ann" }), "conn_info"), "Ann", "conn_info");
  }),
  ...both("4.1", "b64info", "b64info is info in base64, and wins over info", async (scene) => {
    const b64info = Buffer.from('{"from":"base64"}').toString("base64");
    const found = await shownOf(scene, { b64info, info: "plain" });
    expectSame(field(found, "conn_info"), { from: "base64" }, "conn_info");
  }),
  ...both("4.1", "no-info", "without info there is no conn_info", async (scene) => {
    expectSame(field(await shownOf(scene, {}), "conn_info"), undefined, "conn_info");
  }),
  must("4.1", "expire-at", "expire_at is the connection's end instead of exp", async (scene) => {
    const { welcome } = await scene.connect({
      claims: { exp: inSeconds(60), expire_at: inSeconds(600) },
    });
    expectThat(Number(welcome["ttl"]) > 500, `ttl is ${shown(welcome["ttl"])}`);
  }),
  must("4.1", "expire-at-zero", "expire_at 0: the connection never ends", async (scene) => {
    const { welcome } = await scene.connect({ claims: { exp: inSeconds(60), expire_at: 0 } });
    expectSame([welcome["expires"], welcome["ttl"]], [undefined, undefined], "expires and ttl");
  }),
  must("2.1", "expire-at-past", "expire_at that is past: error 110", async (scene) => {
    const client = await scene.open();
    const token = scene.token({ sub: "x", exp: inSeconds(60), expire_at: inSeconds(-10) });
    client.send({ id: 1, connect: { token } });
    expectError(await client.replyTo(1), 110, "connect");
  }),
  must("4.1", "meta", "meta of the token is taken, and not shown to other clients", async (scene) => {
    const found = await shownOf(scene, { meta: { inner: "secret" } });
    expectThat(!JSON.stringify(found).includes("secret"), `presence has ${shown(found)}`);
  }),
  must(
    "1.5",
    "refused-connect",
    "behind a connect command that was answered with an error nothing is served",
    async (scene) => {
      const client = await scene.open();
      client.send({ id: 1, connect: { token: scene.token({ sub: "late", exp: inSeconds(-10) }) } });
      expectError(await client.replyTo(1), 109, "connect");
      client.send({ id: 2, unsubscribe: { channel: "x" } });
      await client.until(() => client.closing !== undefined || client.messages.length > 1, "the end", 5_000);
      expectSame(client.messages.length, 1, "the number of replies");
    },
  ),
  ...both("4.2", "ticket", "a subscription token opens what is closed to clients", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    await client.refused("subscribe", { channel }, 103);
    expectSame(await client.join(channel, { token: scene.ticket(client, channel) }), {}, "the result");
    await scene.settle(channel, client);
  }),
  must("4.2", "ticket-private", "… and a $ channel", async (scene) => {
    const [client, channel] = [await scene.connect(), `$${scene.channel("open")}`];
    await client.join(channel, { token: scene.ticket(client, channel) });
    await scene.settle(channel, client);
  }),
  badTicket("ticket-secret", "a subscription token of another secret", (scene, channel, client) =>
    signed(scene.claims({ sub: client.user, channel }), "other"),
  ),
  badTicket("ticket-none", "a subscription token of algorithm none", (scene, channel, client) =>
    unsigned(scene.claims({ sub: client.user, channel })),
  ),
  badTicket("ticket-no-jwt", "a subscription token that is no JWT", () => "this is no token"),
  badTicket("ticket-no-channel", "a subscription token without a channel", (scene, _channel, client) =>
    scene.token({ sub: client.user }),
  ),
  badTicket("ticket-issuer", "a subscription token of another iss", (scene, channel, client) => {
    needs(scene.target.issuer, "issuer");
    return scene.ticket(client, channel, { iss: "somebody else" });
  }),
  badTicket("ticket-audience", "a subscription token of another aud", (scene, channel, client) => {
    needs(scene.target.audience, "audience");
    return scene.ticket(client, channel, { aud: "somebody else" });
  }),
  ...both("4.2", "ticket-expired", "an expired subscription token: error 109", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    await client.refused(
      "subscribe",
      { channel, token: scene.ticket(client, channel, { exp: inSeconds(-10) }) },
      109,
    );
  }),
  foreignTicket("ticket-channel", "a subscription token of another channel", (scene) => ({
    channel: scene.name(),
  })),
  foreignTicket("ticket-user", "a subscription token of another user", (scene) => ({ sub: scene.name() })),
  foreignTicket("ticket-client", "a subscription token of another client", () => ({
    client: "00000000-0000-4000-8000-000000000000",
  })),
  must("4.2", "ticket-own-client", "a subscription token of this very client opens", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    await client.join(channel, { token: scene.ticket(client, channel, { client: client.id }) });
  }),
  ...both("4.2", "ticket-info", "info of a subscription token is chan_info", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("presence")];
    const token = scene.ticket(client, channel, { info: { seat: 7 } });
    await client.join(channel, { token });
    const { presence } = await client.ok("presence", { channel });
    expectSame(field(presence, client.id, "chan_info"), { seat: 7 }, "chan_info");
  }),
  ...both("4.2", "ticket-data", "data of a subscription token is told to the subscriber", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    const result = await client.join(channel, {
      token: scene.ticket(client, channel, { data: { hello: 1 } }),
    });
    expectSame(result["data"], { hello: 1 }, "data");
  }),
  must("4.2", "ticket-b64data", "… and so is b64data", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    const b64data = Buffer.from('{"from":"base64"}').toString("base64");
    const result = await client.join(channel, { token: scene.ticket(client, channel, { b64data }) });
    expectSame(result["data"], { from: "base64" }, "data");
  }),
  ...both("4.2", "ticket-expires", "exp of a subscription token: expires, and ttl", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    const token = scene.ticket(client, channel, { exp: inSeconds(60) });
    const result = await client.join(channel, { token });
    expectSame(result["expires"], true, "expires");
    expectThat(Number(result["ttl"]) >= 50 && Number(result["ttl"]) <= 60, `ttl is ${shown(result["ttl"])}`);
  }),
  must(
    "4.2",
    "ticket-expire-at",
    "expire_at of a subscription token wins over exp; 0: never",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.name()];
      const [far, never] = [inSeconds(600), 0].map((expire_at) =>
        scene.ticket(client, channel, { exp: inSeconds(60), expire_at }),
      );
      const first = await client.join(channel, { token: far });
      expectThat(Number(first["ttl"]) > 500, `ttl is ${shown(first["ttl"])}`);
      await client.leave(channel);
      expectSame(await client.join(channel, { token: never }), {}, "the result");
    },
  ),
  must(
    "2.3",
    "ticket-expire-at-past",
    "expire_at of a subscription token that is past: error 110",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.name()];
      const token = scene.ticket(client, channel, { exp: inSeconds(60), expire_at: inSeconds(-10) });
      await client.refused("subscribe", { channel, token }, 110);
    },
  ),
  must(
    "4.2",
    "ticket-override",
    "override of a subscription token switches options of the channel on",
    async (scene) => {
      const [client, channel] = [await scene.connect(), scene.channel("unread")];
      const token = scene.ticket(client, channel, { override: { force_recovery: { value: true } } });
      const result = await client.join(channel, { token });
      expectSame([result["recoverable"], result["positioned"]], [true, true], "recoverable and positioned");
    },
  ),
  must("4.2", "ticket-override-off", "… and off", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.channel("stream")];
    const token = scene.ticket(client, channel, {
      override: { force_recovery: { value: false }, force_positioning: { value: false } },
    });
    expectSame(await client.join(channel, { token }), {}, "the result");
  }),
];
