import type { Answer } from "../../core/answer.ts";
import type { Broker, BrokerListener, Control, Keeping } from "../../core/broker.ts";
import { appId, channelKey, channelName, keyPrefix, type ChannelKey } from "../../core/ids.ts";
import type {
  Draft,
  HistoryBounds,
  HistoryPage,
  MembershipChange,
  Publication,
  StreamPosition,
} from "../../core/publication.ts";
import type { OpenWorkbench, Workbench } from "../contract.ts";

const prefix = keyPrefix(appId("contract"));

export function keyOf(name: string): ChannelKey {
  return channelKey(prefix, channelName(name));
}

export const lobby = keyOf("lobby");

export function saying(text: string): Draft {
  return { content: { kind: "json", text }, by: undefined, tags: undefined, except: undefined };
}

export const hello = saying('"hello"');

export const nothingKept: Keeping = { history: undefined, cacheTtl: undefined, idempotencyKey: undefined };

export function keptIn(history: HistoryBounds): Keeping {
  return { ...nothingKept, history };
}

/** Bounds that nothing in a test reaches. */
export const wide: HistoryBounds = { size: 1_000, ttl: 3_600_000, metaTtl: 7_200_000 };

export const everything = { since: undefined, limit: -1, reverse: false } as const;
export const onlyPosition = { since: undefined, limit: 0, reverse: false } as const;

export function offsets(page: HistoryPage): (number | undefined)[] {
  return page.publications.map(({ position }) => position?.offset);
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Waits for calls that were all made before any was answered. */
export function together<T>(answers: readonly Answer<T>[]): Promise<T[]> {
  return Promise.all(answers.map(async (answer) => answer));
}

/** Hears what a node is told, and wakes who waits for it. */
export class Ear implements BrokerListener {
  readonly heard: { readonly key: ChannelKey; readonly publication: Publication }[] = [];
  readonly changes: MembershipChange[] = [];
  readonly controls: Control[] = [];
  private waiting: { readonly enough: () => boolean; readonly wake: () => void }[] = [];

  publication(key: ChannelKey, publication: Publication): void {
    this.heard.push({ key, publication });
    this.stir();
  }

  membership(change: MembershipChange): void {
    this.changes.push(change);
    this.stir();
  }

  control(control: Control): void {
    this.controls.push(control);
    this.stir();
  }

  /** Publications of one channel, in the order they came. */
  of(key: ChannelKey): Publication[] {
    return this.heard.filter((one) => one.key === key).map(({ publication }) => publication);
  }

  positionsOf(key: ChannelKey): (StreamPosition | undefined)[] {
    return this.of(key).map(({ position }) => position);
  }

  until(enough: () => boolean): Promise<void> {
    if (enough()) return Promise.resolve();
    return new Promise((wake) => this.waiting.push({ enough, wake }));
  }

  private stir(): void {
    const ready = this.waiting.filter(({ enough }) => enough());
    this.waiting = this.waiting.filter((one) => !ready.includes(one));
    for (const { wake } of ready) wake();
  }
}

/** A workbench for one test, with nodes that listen. */
export class Setting implements AsyncDisposable {
  private readonly brokers: Broker[] = [];

  private constructor(readonly bench: Workbench) {}

  static async open(open: OpenWorkbench): Promise<Setting> {
    return new Setting(await open());
  }

  async node(...subscribed: readonly ChannelKey[]): Promise<{ broker: Broker; ear: Ear }> {
    const broker = this.bench.node();
    this.brokers.push(broker);
    const ear = new Ear();
    await broker.open(ear);
    for (const key of subscribed) await broker.subscribe(key);
    return { broker, ear };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const broker of this.brokers) await broker.close();
    await this.bench.close();
  }
}
