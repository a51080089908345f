import { connectCentrifugo, subscribeCentrifugo } from "../e2e/raw-centrifugo.ts";
import { connectPusher, subscribePusher, trigger } from "../e2e/raw-pusher.ts";
import type { RawSocket } from "../e2e/raw-socket.ts";

/** Nobody else hits upon it. */
const channel = "watched-stream-0x5eed";

/** A client of each wire that hears a stream of numbers, while others do their worst. */
export class StreamWatchers implements AsyncDisposable {
  private published = 0;
  private going = true;
  private readonly stream: Promise<void>;

  private constructor(
    private readonly url: string,
    private readonly sockets: readonly RawSocket[],
  ) {
    this.stream = this.publish();
  }

  static async of(url: string): Promise<StreamWatchers> {
    const pusher = await connectPusher(url);
    await subscribePusher(pusher, channel);
    const centrifugo = await connectCentrifugo(url, "watcher");
    // A long run is longer than the server waits for an answer to its pings.
    pusher.socket.answer('{"event":"pusher:ping"', '{"event":"pusher:pong","data":{}}');
    centrifugo.answer("{}", "{}");
    await subscribeCentrifugo(centrifugo, channel);
    return new StreamWatchers(url, [pusher.socket, centrifugo]);
  }

  /** Ends the stream; what each of them heard of it, number by number. */
  async end(): Promise<{ readonly published: number; readonly heard: readonly (readonly number[])[] }> {
    this.going = false;
    await this.stream;
    const last = `n-${this.published - 1}.`;
    for (const socket of this.sockets) {
      const ended = await Promise.race([socket.having(last), socket.closed]);
      if (typeof ended !== "string") throw new Error(`a watcher was closed: ${JSON.stringify(ended)}`);
    }
    const heard = this.sockets.map(({ frames }) =>
      frames.all
        .filter((frame) => frame.includes(channel))
        .flatMap((frame) => [...frame.matchAll(/n-(\d+)\./g)].map(([, n]) => Number(n))),
    );
    return { published: this.published, heard };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.going = false;
    await this.stream;
    for (const socket of this.sockets) socket.close();
  }

  private async publish(): Promise<void> {
    while (this.going) {
      await trigger(this.url, channel, JSON.stringify({ mark: `n-${this.published}.` }));
      this.published += 1;
      await Bun.sleep(5);
    }
  }
}
