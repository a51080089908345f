// Runs in the page of protobuf-browser.test.ts, bundled for browsers.
import { Centrifuge } from "centrifuge/build/protobuf";

declare global {
  /** Connects, publishes a JSON text and hears it, with what its history holds then. */
  var sayInProtobuf: (url: string, token: string, said: string) => Promise<readonly string[]>;
}

globalThis.sayInProtobuf = async (url, token, said) => {
  const client = new Centrifuge(url, { token });
  const subscription = client.newSubscription("chat:a");
  const heard = new Promise<Uint8Array>((resolve) => {
    subscription.on("publication", ({ data }) => {
      resolve(data as Uint8Array);
    });
  });
  subscription.subscribe();
  client.connect();
  await subscription.ready();
  await subscription.publish(new TextEncoder().encode(said));
  const { publications } = await subscription.history({ limit: 10 });
  const texts = [await heard, ...publications.map(({ data }) => data as Uint8Array)];
  client.disconnect();
  return texts.map((text) => new TextDecoder().decode(text));
};
