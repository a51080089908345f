// 10,000 clients connect and subscribe, each to a channel of its own: what that costs, and what they weigh afterwards.
import { setTimeout as sleep } from "node:timers/promises";
import { clients } from "../harness/load.mjs";
import { connectionTokens } from "../harness/tokens.mjs";
import { withToken } from "../harness/wires.mjs";

const COUNT = 10_000;
const FIRST_FEW = 200; // they load what a server that has just started has not yet
const SETTLE_SECONDS = 3;

function firstFrames(server, subject) {
  if (subject !== "centrifugo-jwt") return undefined;
  const tokens = connectionTokens(COUNT, server.keys.token);
  return tokens.map((token, index) => withToken(token, { channel: `c${index}` }));
}

export default {
  name: "join",
  subjects: ["prototype", "pusher", "centrifugo", "centrifugo-jwt"],
  async measure(server, { subject }) {
    const frames = firstFrames(server, subject);
    await clients(server, { count: FIRST_FEW, seconds: 0, warm: 0.1, frames });
    await sleep(500);
    const first = await clients(server, { count: COUNT, seconds: 0.5, warm: SETTLE_SECONDS, frames });
    // Twice more: by the third time the runtime has compiled what is hot, in the prototype's few lines as in the whole
    // server, and compiling counts as the process's CPU. What the first time costs is a row of its own.
    let settled;
    for (let time = 0; time < 2; time++) {
      await sleep(1000);
      settled = await clients(server, { count: COUNT, seconds: 0.2, warm: 0.2, frames });
    }
    return {
      memory: (first.memoryAfterKb - first.memoryBeforeKb) / COUNT,
      first: first.joinCpuUs / COUNT,
      cpu: settled.joinCpuUs / COUNT,
    };
  },
  rows: [
    {
      measure: "memory a connection, Pusher",
      subject: "pusher",
      value: "memory",
      unit: "kB",
      limit: { max: 4 },
    },
    {
      measure: "memory a connection, Centrifugo",
      subject: "centrifugo",
      value: "memory",
      unit: "kB",
      limit: { max: 4 },
    },
    {
      measure: "connect + subscribe, Pusher",
      subject: "pusher",
      value: "cpu",
      unit: "µs",
      limit: { times: 1.5 },
    },
    {
      measure: "connect + subscribe, Centrifugo, anonymous",
      subject: "centrifugo",
      value: "cpu",
      unit: "µs",
      limit: { times: 2 },
    },
    {
      measure: "connect + subscribe, Centrifugo, HS256 token",
      subject: "centrifugo-jwt",
      value: "cpu",
      unit: "µs",
      limit: { times: 2.5 },
    },
    ...["pusher", "centrifugo"].map((subject) => ({
      measure: `the first 10,000 after the start, ${subject === "pusher" ? "Pusher" : "Centrifugo"}`,
      subject,
      value: "first",
      unit: "µs",
    })),
  ],
};
