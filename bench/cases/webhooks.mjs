// What an application that is told costs publishers, however its endpoint behaves.
import { fileURLToPath } from "node:url";
import { end, run } from "../harness/children.mjs";
import { publisher } from "../harness/load.mjs";
import { bun } from "../harness/servers.mjs";
import { webhookKinds } from "../harness/webhook-endpoint.mjs";

const script = fileURLToPath(new URL("../harness/busy-clients.mjs", import.meta.url));
const subjectOf = (kind) => `webhooks-${kind}`;
const told = webhookKinds.filter((kind) => kind !== "none");

async function busyClients({ port, keys }) {
  let whenReady;
  const ready = new Promise((resolve) => {
    whenReady = resolve;
  });
  const onLine = ({ event }) => event === "ready" && whenReady();
  const { pid, done } = run(bun, [script, String(port), keys.app, keys.appSecret], { onLine });
  await Promise.race([ready, done]);
  return async () => {
    await end([pid]);
    return done;
  };
}

export default {
  name: "webhooks",
  subjects: webhookKinds.map(subjectOf),
  async measure(server, { seconds }) {
    const finish = await busyClients(server);
    try {
      const common = { channels: 1000, seconds, pid: server.pid };
      // Long enough for the queue to be full where the endpoint takes nothing.
      const paced = await publisher(server, { ...common, connections: 32, rate: 2000, warm: 5 }).done;
      const fast = await publisher(server, { ...common, connections: 64, rate: 0, warm: 1 }).done;
      return {
        p99: paced.p99Us / 1000,
        least: paced.leastP99Us / 1000,
        p50: paced.p50Us / 1000,
        cpu: paced.cpuUs / paced.requests,
        rate: fast.requests / fast.seconds,
      };
    } finally {
      await finish();
    }
  },
  rows: told.flatMap((kind) => [
    {
      measure: `p99 of a publish, 2,000 a second, webhook endpoint ${kind}`,
      subject: subjectOf(kind),
      beside: subjectOf("none"),
      value: "p99",
      unit: "ms",
    },
    {
      measure: `publishes a second, webhook endpoint ${kind}`,
      subject: subjectOf(kind),
      beside: subjectOf("none"),
      value: "rate",
      unit: "/s",
    },
  ]),
};
