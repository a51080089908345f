import type { Client } from "../client.ts";
import { may, must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import { expectSame, expectThat, field, NotOffered, shown } from "../../program/verdict.ts";

/** What is no message of the protocol: an error or a close in the protocol's ranges; nobody else notices. */
function unfit(id: string, what: string, send: (client: Client) => void): Line {
  return must(
    "1.2",
    id,
    `${what}: pusher:error, or close 4xxx, and other clients notice nothing`,
    async (scene) => {
      const channel = scene.name();
      const [bad, bystander] = [await scene.connect(), await scene.joined(channel)];
      send(bad);
      await bad.until(() => bad.heard("pusher:error").length > 0 || bad.closing !== undefined, "an answer");
      if (bad.closing !== undefined)
        expectThat(bad.closing.code >= 4000 && bad.closing.code < 4400, `closed with ${bad.closing.code}`);
      for (const { data } of bad.heard("pusher:error")) expectError(data);
      await scene.api.publish(channel, "still", "{}");
      await bystander.next("still", channel);
    },
  );
}

/** `data` of `pusher:error` is an object: Swift does not read a string (section 1.7). */
export function expectError(data: unknown): void {
  expectThat(typeof data === "object" && data !== null, `data of pusher:error is no object: ${shown(data)}`);
  const [message, code] = [field(data, "message"), field(data, "code")];
  expectThat(typeof message === "string" && message !== "", `message of pusher:error is ${shown(message)}`);
  expectThat(
    code === undefined || code === null || Number.isInteger(code),
    `code of pusher:error is ${shown(code)}`,
  );
}

/** Every form in which clients ask whether the server is there (section 1.4). */
const pings: readonly (readonly [string, string, string])[] = [
  ["object", '{"event":"pusher:ping","data":{}}', "pusher-js"],
  ["no-data", '{"event": "pusher:ping"}', "Java and VMS Android"],
  ["string", '{"event":"pusher:ping","data":"{}"}', "k6 scripts"],
  ["null", '{"event":"pusher:ping","data":null}', "a null"],
  ["empty-string", '{"event":"pusher:ping","data":""}', "an empty string"],
];

const pingLines = pings.map(([id, text, who]) =>
  must("1.4", `ping-${id}`, `${text}, as from ${who}, is answered with pusher:pong`, async (scene) => {
    const client = await scene.connect();
    client.send(text);
    const { data } = await client.next("pusher:pong");
    expectThat(data === undefined || JSON.stringify(data) === "{}", `data of pusher:pong is ${shown(data)}`);
  }),
);

async function heartbeat(scene: Scene): Promise<Client> {
  const client = await scene.connect({ app: scene.special("quiet") });
  await client.until(() => client.pings > 0 || client.heard("pusher:ping").length > 0, "a ping", 10_000);
  return client;
}

export const framing: readonly Line[] = [
  unfit("no-json", "text that is no JSON", (client) => {
    client.send("this is no JSON");
  }),
  unfit("no-object", "JSON that is no object", (client) => {
    client.send("[1,2]");
  }),
  unfit("no-event", "a message without event", (client) => {
    client.send('{"data":{}}');
  }),
  unfit("event-no-string", "an event that is no string", (client) => {
    client.send('{"event":7,"data":{}}');
  }),
  unfit("subscribe-without-channel", "a subscribe without channel", (client) => {
    client.send('{"event":"pusher:subscribe","data":{}}');
  }),
  unfit("subscribe-data-list", "a subscribe whose data is a list", (client) => {
    client.send('{"event":"pusher:subscribe","data":["a"]}');
  }),
  unfit("binary", "a binary frame", (client) => {
    client.wire.binary(new Uint8Array([0, 255, 1]));
  }),
  must("1.2", "fragments", "a message in several WebSocket frames is one message", async (scene) => {
    const client = await scene.connect();
    client.wire.fragmented(['{"event":"pus', "her:ping", '","data":{}}']);
    await client.next("pusher:pong");
  }),
  must("1.4", "subscribe-data-string", "data of a subscribe may be the text of the object", async (scene) => {
    const [client, channel] = [await scene.connect(), scene.name()];
    client.send({ event: "pusher:subscribe", data: JSON.stringify({ channel }) });
    await client.next("pusher_internal:subscription_succeeded", channel);
  }),
  must("1.4", "pong-is-taken", "pusher:pong is taken without an answer", async (scene) => {
    const client = await scene.connect();
    client.send({ event: "pusher:pong", data: {} });
    client.send({ event: "pusher:pong" });
    await client.quiet();
    expectSame(client.messages.length, 2, "the number of messages");
  }),
  ...pingLines,
  must(
    "1.6",
    "ping-frame",
    "a WebSocket ping frame is answered with a pong frame of the same payload",
    async (scene) => {
      const client = await scene.connect();
      client.wire.ping("are you there");
      await client.until(() => client.pongs.includes("are you there"), "the pong frame");
    },
  ),
  may("1.6", "server-pings", "a quiet client is asked, by pusher:ping or a ping frame", async (scene) => {
    const client = await heartbeat(scene);
    const [ping] = client.heard("pusher:ping");
    if (ping === undefined) return;
    const { data } = ping;
    expectThat(data === undefined || JSON.stringify(data) === "{}", `data of pusher:ping is ${shown(data)}`);
  }),
  must(
    "1.6",
    "deaf-to-ping-events",
    "who answers no pusher:ping, but the WebSocket's pings, stays; who answers nothing is closed with 4201",
    async (scene) => {
      const app = scene.special("quiet");
      const [deaf, gone] = [await scene.connect({ app }), await scene.connect({ app, answersPings: false })];
      const code = await gone.closed(75_000);
      expectSame(code, 4201, "the close code of who is gone");
      await deaf.quiet();
    },
  ),
  must(
    "1.6",
    "answers-keep-alive",
    "who answers pusher:ping is never closed for being quiet",
    async (scene) => {
      const client = await heartbeat(scene);
      client.send({ event: "pusher:pong", data: {} });
      await client.quiet();
      expectThat(client.closing === undefined, `closed with ${client.closing?.code ?? 0}`);
    },
  ),
  must("1.7", "error-object", "data of pusher:error is an object with message and code", async (scene) => {
    const client = await scene.connect();
    const channel = scene.name("private-");
    client.send({ event: "pusher:subscribe", data: { channel, auth: `${client.app.key}:00` } });
    await client.refused(channel);
    const [error] = client.heard("pusher:error");
    if (error !== undefined) expectError(error.data);
  }),
  may(
    "1.3",
    "subscription-error",
    "pusher:subscription_error has data {type, error, status}",
    async (scene) => {
      const client = await scene.connect();
      const channel = scene.name("private-");
      client.send({ event: "pusher:subscribe", data: { channel, auth: `${client.app.key}:00` } });
      await client.refused(channel);
      const [error] = client.heard("pusher:subscription_error", channel);
      if (error === undefined) throw new NotOffered("refusals come as pusher:error alone");
      expectSame(field(error.data, "type"), "AuthError", "type");
      expectThat(typeof field(error.data, "error") === "string", "error is no string");
      expectThat(
        [401, 403].includes(Number(field(error.data, "status"))),
        `status is ${shown(field(error.data, "status"))}`,
      );
    },
  ),
];
