import type { Clock } from "./clock.ts";
import { topic, type Topic } from "./ids.ts";
import type { Fanout, Frame, Outlet } from "./outlet.ts";
import { Pool, type Pooled } from "./pool.ts";

/** A connection that is pinged. The numbers are the heartbeat's own. */
export interface Beating extends Pooled {
  readonly outlet: Outlet;
  beatBucket: number;
  /** The round of the bucket's pings that this connection has answered. */
  beatRound: number;
  /** It has not answered for the whole of the patience. */
  silent(): void;
}

interface Bucket {
  readonly topic: Topic;
  readonly members: Pool<Beating>;
  round: number;
}

export interface HeartbeatSettings {
  /** Names the topics; unique per heartbeat. */
  readonly name: string;
  /** Milliseconds between two pings to one connection. */
  readonly interval: number;
  /** Milliseconds a connection may take to answer; less than the interval. 0 = nobody checks. */
  readonly patience: number;
  readonly frame: Frame;
}

const tick = 1_000;

/**
 * Pings for all connections of one wire with no timer of their own: each belongs to a bucket, and once a second one
 * bucket's topic is published to. Only those that are checked are looped over, and nothing is sent in that loop.
 */
export class Heartbeat {
  private readonly buckets: Bucket[] = [];
  private turn = 0;
  private readonly patienceTicks: number;
  private stop: (() => void) | undefined = undefined;

  constructor(
    private readonly fanout: Fanout,
    private readonly settings: HeartbeatSettings,
  ) {
    // Rounded up: an answer within the patience always counts.
    this.patienceTicks = Math.ceil(settings.patience / tick);
    // More buckets than that: one is looked at before it is pinged again.
    const count = Math.max(this.patienceTicks + 1, Math.round(settings.interval / tick));
    for (let i = 0; i < count; i += 1)
      this.buckets.push({ topic: topic(`ping/${settings.name}/${i}`), members: new Pool(), round: 0 });
  }

  start(clock: Clock): void {
    this.stop = clock.every(tick, () => {
      this.beat();
    });
  }

  end(): void {
    this.stop?.();
  }

  /** The first ping comes at a random point of the second half of the interval, so that a storm of connects does not ping in step. */
  enter(member: Beating): void {
    const count = this.buckets.length;
    // The bucket `turn` itself is due within a second, the one before it in a whole interval.
    const half = Math.floor(count / 2);
    const ahead = half + Math.floor(Math.random() * (count - half));
    const index = (this.turn + ahead) % count;
    const bucket = this.buckets[index];
    if (bucket === undefined) return;
    member.beatBucket = index;
    member.beatRound = bucket.round;
    bucket.members.add(member);
    member.outlet.follow(bucket.topic);
  }

  leave(member: Beating): void {
    this.buckets[member.beatBucket]?.members.remove(member);
  }

  /** The connection answered. False where it had nothing to answer. */
  answered(member: Beating): boolean {
    const bucket = this.buckets[member.beatBucket];
    if (bucket === undefined || member.beatRound === bucket.round) return false;
    member.beatRound = bucket.round;
    return true;
  }

  private beat(): void {
    const { buckets, patienceTicks, settings } = this;
    const index = this.turn % buckets.length;
    this.turn = (this.turn + 1) % buckets.length;
    const due = buckets[index];
    if (due !== undefined && due.members.size > 0) {
      due.round += 1;
      this.fanout.publish(due.topic, settings.frame);
    }
    if (settings.patience === 0) return;
    const pinged = buckets[(index - patienceTicks + buckets.length) % buckets.length];
    if (pinged === undefined) return;
    for (const member of pinged.members.all()) if (member.beatRound !== pinged.round) member.silent();
  }
}
