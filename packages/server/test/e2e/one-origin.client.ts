// A client of each wire and of the application, through the proxy: run as a process of its own, since the certificate
// it trusts (NODE_EXTRA_CA_CERTS) is read when a process starts. Prints what each of them got as one line of JSON.
import { Centrifuge } from "centrifuge";
import Pusher from "pusher-js";

const [origin = "", appKey = "", token = ""] = process.argv.slice(2);
const { hostname, port } = new URL(origin);

/** The first event on an open channel that another client of ours can be told by. */
function viaPusher(wsPath: string): Promise<unknown> {
  const pusher = new Pusher(appKey, {
    cluster: "",
    wsHost: hostname,
    wssPort: Number(port),
    wsPath,
    forceTLS: true,
    enabledTransports: ["ws", "wss"],
  });
  return new Promise((resolve) => {
    pusher.connection.bind("error", (error: unknown) => {
      resolve({ error });
    });
    const lobby = pusher.subscribe("lobby");
    lobby.bind("pusher:subscription_succeeded", () => {
      publish();
    });
    lobby.bind("greeting", (data: unknown) => {
      pusher.disconnect();
      resolve(data);
    });
  });
}

function viaCentrifuge(): Promise<unknown> {
  const client = new Centrifuge(`wss://${hostname}:${port}/connection/websocket`, { token });
  return new Promise((resolve) => {
    client.on("error", (error) => {
      resolve({ error });
    });
    const lobby = client.newSubscription("lobby");
    lobby.on("subscribed", () => {
      publish();
    });
    lobby.on("publication", ({ data }) => {
      client.disconnect();
      resolve(data);
    });
    lobby.subscribe();
    client.connect();
  });
}

/** Asks the application to publish, as a user's own request would. */
function publish(): void {
  void fetch(`${origin}/publish`, { method: "POST" });
}

const answers = {
  application: (await (await fetch(`${origin}/api/v1/wsurl`)).json()) as unknown,
  apiFromOutside: (await fetch(`${origin}/apps/1000/channels`)).headers.get("x-answered-by"),
  ios: await viaPusher(""),
  android: await viaPusher("/pusher"),
  doubledSlash: await viaPusher("/"),
  centrifuge: await viaCentrifuge(),
};
process.stdout.write(`${JSON.stringify(answers)}\n`);
