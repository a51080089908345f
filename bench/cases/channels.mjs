// 10,000 connections over 1,000 channels, 2,000 publishes a second over HTTP: ten deliveries each, to sockets that are cold.
import { listening } from "../harness/load.mjs";

const COUNT = 10_000;
const CHANNELS = 1000;
const RATE = 2000;

export default {
  name: "channels",
  subjects: ["prototype", "pusher", "centrifugo", "centrifugo-protobuf"],
  async measure(server, { seconds }) {
    const result = await listening(server, {
      rate: RATE,
      perMessage: COUNT / CHANNELS,
      count: COUNT,
      modulus: CHANNELS,
      warm: 2,
      seconds,
      publishers: { connections: 64, channels: CHANNELS },
    });
    return {
      core: result.cpuUs / result.seconds / 1e4,
      p99: result.p99Us / 1000,
      notes: result.notes,
    };
  },
  rows: ["core", "p99"].flatMap((value) =>
    ["Pusher", "Centrifugo", "Centrifugo-protobuf"].map((wire) => ({
      measure: `${value === "p99" ? "p99" : "CPU"}, 1,000 channels × 10, 2,000 publishes/s, ${wire}`,
      subject: wire.toLowerCase(),
      value,
      unit: value === "p99" ? "ms" : "% core",
      limit: { times: 1.2 },
    })),
  ),
};
