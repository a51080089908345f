// 10,000 Centrifugo clients that only answer pings. The window is one ping interval, so that each is pinged once; it
// begins after another one, when what their connecting left behind is done.
import { clients } from "../harness/load.mjs";

const COUNT = 10_000;
const PING_SECONDS = 25; // client.ping_interval's default; the first ping comes half to one interval after connecting

export default {
  name: "idle",
  subjects: ["centrifugo"],
  maxRounds: 2,
  async measure(server) {
    const result = await clients(server, {
      count: COUNT,
      seconds: PING_SECONDS,
      warm: PING_SECONDS + 1,
      pong: true,
    });
    if (result.pings < COUNT * 0.9) throw new Error(`${result.pings} pings for ${COUNT} clients`);
    return { core: result.cpuUs / result.seconds / 1e4 };
  },
  rows: [
    {
      measure: "10,000 idle clients with pings, Centrifugo",
      subject: "centrifugo",
      value: "core",
      unit: "% core",
      limit: { max: 1 },
    },
  ],
};
