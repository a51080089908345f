// 10,000 Centrifugo clients come back at once, each with a token, and each has missed 10 publications of its channel.
import { clients, publisher } from "../harness/load.mjs";
import { historyNamespace } from "../harness/servers.mjs";
import { connectionTokens } from "../harness/tokens.mjs";
import { withToken } from "../harness/wires.mjs";

const COUNT = 10_000;
const CHANNELS = 1000;
const MISSED = 10;
const AT_ONCE = 20; // requests in flight while the positions are read

const channelOf = (index) => `${historyNamespace}:c${index % CHANNELS}`;

/** Publishes once to a channel: everybody's last position before the outage. */
async function position(server, index) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/publish`, {
    method: "POST",
    headers: { "x-api-key": server.keys.api },
    body: JSON.stringify({ channel: channelOf(index), data: {} }),
    signal: AbortSignal.timeout(5000),
  });
  const { result } = await response.json();
  if (!result?.epoch) throw new Error("no position in the answer to a publish with history");
  return { offset: result.offset, epoch: result.epoch };
}

async function positions(server) {
  const all = [];
  for (let first = 0; first < CHANNELS; first += AT_ONCE) {
    const few = Array.from({ length: AT_ONCE }, (_, i) => position(server, first + i));
    all.push(...(await Promise.all(few)));
  }
  return all;
}

export default {
  name: "recovery",
  subjects: ["centrifugo"],
  async measure(server) {
    const tokens = connectionTokens(COUNT, server.keys.token);
    const frames = (more) =>
      tokens.map((token, index) => withToken(token, { channel: channelOf(index), ...more(index) }));
    await clients(server, { count: COUNT, seconds: 0, warm: 0.5, frames: frames(() => ({})) });
    const last = await positions(server);
    const prefix = `${historyNamespace}:c`;
    await publisher(server, { count: CHANNELS * MISSED, rate: 0, channels: CHANNELS, prefix }).done;

    const recover = frames((index) => ({ recover: true, ...last[index % CHANNELS] }));
    const ready = `"recovered":true`;
    const result = await clients(server, { count: COUNT, seconds: 0.5, warm: 0.5, frames: recover, ready });
    if (result.fewest !== MISSED || result.most !== MISSED || result.unordered > 0) {
      throw new Error(
        `recovered ${result.fewest} to ${result.most} publications instead of ${MISSED}, ${result.unordered} out of order`,
      );
    }
    return { time: result.joinSeconds, cpu: result.joinCpuUs / COUNT };
  },
  rows: [
    { measure: "10,000 recover 10 publications: all done", subject: "centrifugo", value: "time", unit: "s" },
    { measure: "10,000 recover 10 publications: CPU each", subject: "centrifugo", value: "cpu", unit: "µs" },
  ],
};
