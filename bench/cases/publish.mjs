// One HTTP publish after the other on 64 keep-alive connections, to channels nobody listens to.
import { publisher } from "../harness/load.mjs";

export default {
  name: "publish",
  subjects: ["prototype", "pusher", "centrifugo"],
  async measure(server, { seconds }) {
    const options = { connections: 64, channels: 1000, rate: 0, warm: 1.5, seconds, pid: server.pid };
    const result = await publisher(server, options).done;
    return { cpu: result.cpuUs / result.requests };
  },
  rows: [
    {
      measure: "an HTTP publish, Pusher, signed",
      subject: "pusher",
      value: "cpu",
      unit: "µs",
      limit: { times: 1.18 },
    },
    {
      measure: "an HTTP publish, Centrifugo, API key",
      subject: "centrifugo",
      value: "cpu",
      unit: "µs",
      limit: { times: 1.18 },
    },
  ],
};
