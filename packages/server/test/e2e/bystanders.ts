import { keys } from "../server.ts";
import { connectCentrifugo, listenInProtobuf, subscribeCentrifugo } from "./raw-centrifugo.ts";
import { connectPusher, subscribePusher, trigger } from "./raw-pusher.ts";
import type { RawSocket } from "./raw-socket.ts";

const channel = "bystanders";

export function publishByApi(url: string, to: string, data: unknown): Promise<Response> {
  return fetch(`${url}/api/publish`, {
    method: "POST",
    headers: { "x-api-key": keys.apiKey, "content-type": "application/json" },
    body: JSON.stringify({ channel: to, data }),
  });
}

/** A client on each wire and encoding that does nothing wrong, and must not notice what others do. */
export class Bystanders implements Disposable {
  private round = 0;

  private constructor(
    private readonly url: string,
    private readonly sockets: readonly RawSocket[],
  ) {}

  static async of(url: string): Promise<Bystanders> {
    const pusher = await connectPusher(url);
    await subscribePusher(pusher, channel);
    const centrifugo = await connectCentrifugo(url, "bystander");
    await subscribeCentrifugo(centrifugo, channel);
    return new Bystanders(url, [pusher.socket, centrifugo, await listenInProtobuf(url, channel)]);
  }

  /** All hear what is published on either API; none was ever closed. */
  async stillServed(): Promise<void> {
    this.round += 1;
    const marks = [`pusher-api-${this.round}.`, `centrifugo-api-${this.round}.`];
    const [one, other] = marks;
    await trigger(this.url, channel, JSON.stringify({ mark: one }));
    await publishByApi(this.url, channel, { type: "news", data: { mark: other } });
    for (const socket of this.sockets) for (const mark of marks) await socket.having(mark);
  }

  [Symbol.dispose](): void {
    for (const socket of this.sockets) socket.close();
  }
}
