import { NotUpgraded } from "../../program/socket.ts";
import { expectSame, expectThat, NotOffered, shown } from "../../program/verdict.ts";
import { websocketPath } from "../client.ts";
import { both, may, type Line } from "../line.ts";

export const keepAlive: readonly Line[] = [
  ...both(
    "1.6",
    "ping-told",
    "the connect reply says how often pings come, and that a pong is expected",
    async (scene) => {
      const { welcome } = await scene.connect();
      const { ping, pong } = welcome;
      expectThat(Number.isInteger(ping) && Number(ping) > 0, `ping is ${shown(ping)}`);
      expectSame(pong, true, "pong");
    },
  ),
  ...both("1.6", "ping-comes", "pings come as empty replies, and who answers them stays", async (scene) => {
    scene.needsShortDelays();
    const client = await scene.connect();
    await client.until(() => client.pings >= 2, "a second ping", 4_000);
    const form = client.encoding === "json" ? "{}" : "\0";
    expectThat(
      client.frames.some(({ bytes }) => bytes.toString() === form),
      "no ping has a frame of its own",
    );
    await client.quiet();
  }),
  ...both("1.6", "no-pong", "who does not answer a ping: close 3012", async (scene) => {
    scene.needsShortDelays();
    const client = await scene.connect({ pongs: false });
    await client.closed(3012, "no pong", 4_000);
  }),
  ...both("1.6", "commands-are-no-pong", "commands do not stand for a pong", async (scene) => {
    scene.needsShortDelays();
    const client = await scene.connect({ pongs: false });
    await client.until(() => client.pings >= 1, "a ping", 4_000);
    await client.quiet();
    await client.closed(3012, "no pong", 4_000);
  }),
  ...both("1.6", "two-pongs", "two pongs for one ping: close 3501", async (scene) => {
    scene.needsShortDelays();
    const client = await scene.connect({ pongs: false });
    await client.until(() => client.pings >= 1, "a ping", 4_000);
    client.send({}, {});
    await client.closed(3501);
  }),
  may(
    "1.1",
    "frame-ping-pong",
    "?cf_ws_frame_ping_pong=true: the connect reply has neither ping nor pong",
    async (scene) => {
      const { welcome } = await scene
        .connect({ path: `${websocketPath}?cf_ws_frame_ping_pong=true` })
        .catch((cause: unknown) => {
          if (cause instanceof NotUpgraded) throw new NotOffered(`refused with ${cause.status}`);
          throw cause;
        });
      expectSame([welcome["ping"], welcome["pong"]], [undefined, undefined], "ping and pong");
    },
  ),
  ...both("2.1", "stale", "who sends no connect command: close 3502", async (scene) => {
    scene.needsShortDelays();
    const client = await scene.open();
    await client.closed(3502, "stale", 4_000);
  }),
];
