import { expectSame, expectThat, field, shown, Skipped } from "../../program/verdict.ts";
import { expectError } from "../client.ts";
import { inSeconds } from "../jwt.ts";
import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";
import type { EmulatedClient, EmulatedTransport } from "../stream-clients.ts";

interface Way {
  readonly id: string;
  readonly what: string;
  readonly transport: EmulatedTransport;
  readonly encoding: "json" | "protobuf";
}

const ways: readonly Way[] = [
  { id: "http-stream", what: "http_stream", transport: "http_stream", encoding: "json" },
  {
    id: "http-stream-protobuf",
    what: "http_stream in protobuf",
    transport: "http_stream",
    encoding: "protobuf",
  },
  { id: "sse", what: "sse", transport: "sse", encoding: "json" },
];

/** The server closes: a push says why, and the response ends. */
async function endsWith(client: EmulatedClient, code: number, later?: number): Promise<void> {
  await client.closed(code, undefined, later);
  await client.streamEnds();
}

/** A line for each transport: what has to be the same on all of them. */
function onEach(
  section: string,
  id: string,
  what: string,
  run: (scene: Scene, way: Way) => Promise<void>,
): readonly Line[] {
  return ways.map((way) =>
    must(section, `${way.id}-${id}`, `${way.what}: ${what}`, (scene) => {
      scene.encoding = way.encoding;
      return run(scene, way);
    }),
  );
}

/** A request to a path of these transports. */
async function asked(scene: Scene, path: string, request: RequestInit): Promise<Response> {
  if (!scene.target.transports)
    throw new Skipped("needs --transports, a server with http_stream and sse enabled");
  const response = await fetch(scene.target.url + path, {
    ...request,
    signal: AbortSignal.timeout(scene.target.patience),
  });
  void response.body?.cancel();
  return response;
}

const json = { "content-type": "application/json" } as const;

function refused(
  status: number,
  id: string,
  what: string,
  request: RequestInit & { readonly path: string },
): Line {
  return must("8.1", id, `${what}: ${status}`, async (scene) => {
    expectSame((await asked(scene, request.path, request)).status, status, "the status");
  });
}

export const emulation: readonly Line[] = [
  ...onEach("8.1", "connect", "the connect reply has session and node", async (scene, { transport }) => {
    const { welcome } = await scene.emulate(transport);
    for (const name of ["session", "node", "client"])
      expectThat(
        typeof welcome[name] === "string" && welcome[name] !== "",
        `${name} is ${shown(welcome[name])}`,
      );
    expectSame(welcome["pong"], true, "pong");
  }),
  ...onEach(
    "8.1",
    "commands",
    "what is sent to /emulation is answered on the stream",
    async (scene, { transport }) => {
      const channel = scene.channel("open");
      const client = await scene.emulate(transport);
      expectSame(await client.join(channel), {}, "the result");
      await client.ok("publish", { channel, data: { a: 1 } });
      expectSame((await client.next("pub", channel))["data"], { a: 1 }, "data");
      await client.refused("subscribe", { channel }, 105);
    },
  ),
  ...onEach(
    "8.1",
    "many-commands",
    "many commands in one request are each answered",
    async (scene, { transport }) => {
      const client = await scene.emulate(transport);
      const commands = Array.from({ length: 5 }, () =>
        client.command("subscribe", { channel: scene.channel("open") }),
      );
      client.send(...commands);
      for (const { id } of commands) client.resultOf(await client.replyTo(Number(id)), "subscribe");
      await client.until(() => client.statuses.length > 0, "the answer of /emulation");
      expectSame(client.statuses, [204], "the statuses");
    },
  ),
  ...onEach("8.1", "order", "publications come once, and in order", async (scene, { transport }) => {
    const channel = scene.channel("stream");
    const client = await scene.emulate(transport);
    await client.join(channel);
    await scene.numbersCome(client, channel, 60);
  }),
  ...onEach("8.1", "recover", "who comes back gets what it missed", async (scene, { transport }) => {
    const channel = scene.channel("stream");
    const first = await scene.emulate(transport);
    const { epoch } = await first.join(channel);
    first.close();
    await scene.api.publishMany(channel, 3);
    const back = await scene.emulate(transport);
    const found = await back.join(channel, { recover: true, epoch, offset: 0 });
    expectSame(
      [found["recovered"], (found["publications"] as unknown[] | undefined)?.length],
      [true, 3],
      "recovered, and how many",
    );
  }),
  ...onEach(
    "8.1",
    "ping",
    "pings come, and who answers them by /emulation stays",
    async (scene, { transport }) => {
      scene.needsShortDelays();
      const client = await scene.emulate(transport);
      await client.until(() => client.pings >= 2, "a second ping", 4_000);
      await client.quiet();
    },
  ),
  ...onEach(
    "8.1",
    "no-pong",
    "who does not answer a ping: a push disconnect 3012, and the end",
    async (scene, { transport }) => {
      scene.needsShortDelays();
      const client = await scene.emulate(transport, { pongs: false });
      await endsWith(client, 3012, 4_000);
    },
  ),
  ...onEach(
    "8.1",
    "disconnect",
    "disconnect of the API: a push disconnect 3503, and the end",
    async (scene, { transport }) => {
      const client = await scene.emulate(transport);
      await scene.api.ok("disconnect", { user: client.user });
      await endsWith(client, 3503);
    },
  ),
  ...onEach(
    "8.1",
    "invalid-token",
    "an invalid token: a push disconnect 3500, and the end",
    async (scene, { transport }) => {
      const client = scene.emulated(transport);
      client.send({ id: 1, connect: { token: "no token" } });
      await endsWith(client, 3500);
    },
  ),
  ...onEach(
    "8.1",
    "expired-token",
    "an expired token: error 109 on the stream",
    async (scene, { transport }) => {
      const client = scene.emulated(transport);
      client.send({ id: 1, connect: { token: scene.token({ sub: "late", exp: inSeconds(-10) }) } });
      expectError(await client.replyTo(1), 109, "connect");
    },
  ),
  ...onEach(
    "8.1",
    "bad-command",
    "a command that is none: a push disconnect 3501, and the end",
    async (scene, { transport }) => {
      const client = await scene.emulate(transport);
      client.sendBytes(Buffer.from(client.encoding === "json" ? '{"id":' : "\u0005\u0008"));
      await endsWith(client, 3501);
    },
  ),
  ...onEach("8.1", "gone", "who goes away leaves its channels", async (scene, { transport }) => {
    const channel = scene.channel("presence");
    const watcher = await scene.joined(channel, { join_leave: true });
    const client = await scene.emulate(transport);
    await client.join(channel);
    client.close();
    expectSame(field(await watcher.next("leave", channel), "info", "client"), client.id, "client");
  }),
  must(
    "8.1",
    "http-stream-headers",
    "http_stream: the response is not to be kept by anybody on its way",
    async (scene) => {
      const { response } = await scene.emulate("http_stream");
      expectSame(response?.headers.get("x-accel-buffering"), "no", "X-Accel-Buffering");
      const kept = response?.headers.get("cache-control") ?? "";
      expectThat(kept.includes("no-cache") && kept.includes("no-store"), `Cache-Control is ${kept}`);
    },
  ),
  must(
    "8.1",
    "sse-headers",
    "sse: text/event-stream, which is not to be kept by anybody on its way",
    async (scene) => {
      const { response } = await scene.emulate("sse");
      const type = response?.headers.get("content-type") ?? "";
      expectThat(type.startsWith("text/event-stream"), `Content-Type is ${type}`);
      expectThat(
        (response?.headers.get("cache-control") ?? "").includes("no-cache"),
        "Cache-Control does not say no-cache",
      );
    },
  ),
  refused(405, "http-stream-get", "http_stream by GET", { path: "/connection/http_stream" }),
  refused(413, "http-stream-too-big", "http_stream with a body of more than 65,536 bytes", {
    path: "/connection/http_stream",
    method: "POST",
    headers: json,
    body: "x".repeat(66_000),
  }),
  refused(400, "sse-no-connect", "sse without cf_connect", { path: "/connection/sse" }),
  refused(405, "emulation-get", "/emulation by GET", { path: "/emulation" }),
  refused(400, "emulation-no-json", "/emulation with a body that is no JSON", {
    path: "/emulation",
    method: "POST",
    headers: json,
    body: "no json",
  }),
  refused(413, "emulation-too-big", "/emulation with a body of more than 65,536 bytes", {
    path: "/emulation",
    method: "POST",
    headers: json,
    body: "x".repeat(66_000),
  }),
  refused(404, "emulation-node", "/emulation to a node that there is not", {
    path: "/emulation",
    method: "POST",
    headers: json,
    body: JSON.stringify({ session: "x", node: "00000000-0000-4000-8000-000000000000", data: "{}" }),
  }),
  must(
    "8.1",
    "emulation-session",
    "/emulation with a session that there is not: 204, and nothing happens",
    async (scene) => {
      const { welcome } = await scene.emulate("http_stream");
      const body = JSON.stringify({ session: "no-such-session", node: welcome["node"], data: '{"id":2}' });
      expectSame(
        (await asked(scene, "/emulation", { method: "POST", headers: json, body })).status,
        204,
        "the status",
      );
    },
  ),
  must(
    "8.1",
    "http-stream-options",
    "OPTIONS of http_stream: 204, with POST among the methods",
    async (scene) => {
      const { status, headers } = await asked(scene, "/connection/http_stream", { method: "OPTIONS" });
      expectSame(status, 204, "the status");
      const methods = headers.get("access-control-allow-methods") ?? "";
      expectThat(methods.includes("POST"), `Access-Control-Allow-Methods is ${methods}`);
    },
  ),
];
