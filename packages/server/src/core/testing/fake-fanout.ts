import type { Topic } from "../ids.ts";
import type { CloseCode, Fanout, Frame, Outlet } from "../outlet.ts";

/** Topics as the runtime has them: what is published reaches whoever follows at that moment, in order. */
export class FakeFanout implements Fanout {
  readonly followers = new Map<Topic, Set<FakeOutlet>>();

  publish(topic: Topic, frame: Frame, except?: Outlet): void {
    for (const outlet of this.followers.get(topic) ?? []) if (outlet !== except) outlet.push(frame);
  }

  outlet(): FakeOutlet {
    return new FakeOutlet(this);
  }
}

/** A client that keeps everything it gets. */
export class FakeOutlet implements Outlet {
  readonly frames: Frame[] = [];
  room = Number.POSITIVE_INFINITY;
  closedWith: CloseCode | undefined = undefined;
  /** What the transport does amid `shut`: it tells the connection that it is gone. */
  ended: () => void = () => undefined;
  /** Probes, and how many frames each went out behind. */
  readonly probes: { readonly text: string; readonly behind: number }[] = [];

  constructor(private readonly fanout: FakeFanout) {}

  push(frame: Frame): void {
    if (this.closedWith === undefined) this.frames.push(frame);
  }

  follow(topic: Topic): void {
    const known = this.fanout.followers.get(topic);
    if (known === undefined) this.fanout.followers.set(topic, new Set([this]));
    else known.add(this);
  }

  unfollow(topic: Topic): void {
    this.fanout.followers.get(topic)?.delete(this);
  }

  probe(text: string): void {
    if (this.closedWith === undefined) this.probes.push({ text, behind: this.frames.length });
  }

  shut(close: CloseCode): void {
    if (this.closedWith !== undefined) return;
    this.closedWith = close;
    for (const [topic, followers] of this.fanout.followers) {
      followers.delete(this);
      if (followers.size === 0) this.fanout.followers.delete(topic);
    }
    this.ended();
  }
}
