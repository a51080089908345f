// 1,000 subscribers of one channel, at a calm and at a high rate: CPU of the server for each message delivered.
import { listening } from "../harness/load.mjs";

const SUBSCRIBERS = 1000;
const FRAME_BYTES = 140; // what the floor sends: the length of the Pusher frame

const wireNames = {
  pusher: "Pusher",
  centrifugo: "Centrifugo",
  "centrifugo-protobuf": "Centrifugo, protobuf",
};

function rowsFor(rate, limits) {
  return Object.entries(limits).flatMap(([value, times]) =>
    Object.entries(wireNames).map(([subject, wire]) => ({
      measure: `${value === "p99" ? "p99" : "a delivery"} at ${rate}/s × 1,000, ${wire}`,
      subject,
      value,
      unit: value === "p99" ? "ms" : "µs",
      limit: { times },
    })),
  );
}

/** `batch`: messages the floor puts into one send(), about what a server gathers in one turn at that rate. */
const deliver = (rate, batch, limits) => ({
  name: `deliver-${rate}`,
  subjects: ["prototype", "floor", "pusher", "centrifugo", "centrifugo-protobuf"],
  floor: { rate, batch, bytes: FRAME_BYTES },
  async measure(server, { seconds }) {
    const result = await listening(server, {
      rate,
      perMessage: SUBSCRIBERS,
      count: SUBSCRIBERS,
      channel: "c0",
      warm: 2,
      seconds,
      publishers: { connections: 32 },
    });
    return { cpu: result.cpuUs / result.messages, p99: result.p99Us / 1000, notes: result.notes };
  },
  rows: rowsFor(rate.toLocaleString("en"), limits),
});

export const calm = deliver(50, 1, { cpu: 1.15 });
export const busy = deliver(1000, 10, { cpu: 1.25, p99: 2 });
