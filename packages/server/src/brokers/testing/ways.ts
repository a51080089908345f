import type { Answer } from "../../core/answer.ts";
import type { Broker } from "../../core/broker.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";

/** What goes wrong between the nodes and their store. Chances are from 0 to 1. */
export interface Faults {
  /** The longest way of a call to the store, and of its answer back. Milliseconds; 0 = at once. */
  readonly way: number;
  /** The longest way of a message to a node. Milliseconds; 0 = at once. */
  readonly reach: number;
  /** Chance that a call is answered at once. */
  readonly atOnce: number;
  /** Chance that a call fails; half of those that do have been carried out. */
  readonly failing: (method: keyof Broker) => number;
  /** Chance that one node never gets one message. */
  readonly losing: number;
  /** Answers about one channel overtake each other, as they would not on one connection. */
  readonly reordering: boolean;
  /** Chance that a message is overtaken by later ones of its channel. */
  readonly overtaking: number;
}

export const noFaults: Faults = {
  way: 0,
  reach: 0,
  atOnce: 1,
  failing: () => 0,
  losing: 0,
  reordering: false,
  overtaking: 0,
};

/** A call failed as it was meant to. */
export class PlannedFailure extends Error {}

export interface Call<T> {
  readonly method: keyof Broker;
  /** Calls about the same are carried out in the order in which they were made. */
  readonly about: string;
  readonly work: () => T;
  /** Runs when the node learns that it is done. */
  readonly learned?: () => void;
}

/** The ways between one node and the store. */
export interface Ways {
  call<T>(call: Call<T>): Answer<T>;
  /** Brings a message to the node. Those about the same come in the order in which they were sent, if all goes well. */
  deliver(about: string, arrive: () => void): void;
}

/** Ways on which what befalls calls and messages is left to chance. */
export class RandomWays implements Ways {
  private readonly lastArrival = new Map<string, number>();
  private readonly lastAnswer = new Map<string, number>();
  private readonly lastDelivery = new Map<string, number>();
  /** Calls about the same that are not to be overtaken by one that is answered at once. */
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly parts: { readonly schedule: Schedule; readonly random: Random },
    private readonly faults: () => Faults,
  ) {}

  call<T>(call: Call<T>): Answer<T> {
    const { random } = this.parts;
    const { way, atOnce, failing } = this.faults();
    const failure = random.chance(failing(call.method))
      ? new PlannedFailure(`${call.method} fails as planned`)
      : undefined;
    const carriesOut = failure === undefined || random.chance(0.5);
    if (!this.underWay.has(call.about) && (way === 0 || random.chance(atOnce))) {
      if (failure === undefined) {
        const result = call.work();
        call.learned?.();
        return result;
      }
      if (carriesOut) call.work();
      throw failure;
    }
    return this.later(call, failure, carriesOut);
  }

  deliver(about: string, arrive: () => void): void {
    const { schedule, random } = this.parts;
    const { reach, losing, overtaking } = this.faults();
    if (random.chance(losing)) return;
    const soonest = Math.max(this.lastDelivery.get(about) ?? 0, schedule.now());
    if (reach === 0 && soonest <= schedule.now()) {
      arrive();
      return;
    }
    if (random.chance(overtaking)) {
      schedule.at(schedule.now() + random.below(4 * reach + 1), arrive);
      return;
    }
    const at = this.after(this.lastDelivery, about, reach);
    schedule.at(at, arrive);
  }

  private later<T>(call: Call<T>, failure: Error | undefined, carriesOut: boolean): Promise<T> {
    const { schedule } = this.parts;
    const { way, reordering } = this.faults();
    const { about } = call;
    this.underWay.set(about, (this.underWay.get(about) ?? 0) + 1);
    return new Promise<T>((resolve, reject) => {
      const answer = (result: { readonly is: T } | undefined): void => {
        if (!reordering) this.arrived(about);
        if (failure !== undefined || result === undefined) {
          reject(failure ?? new PlannedFailure(call.method));
          return;
        }
        call.learned?.();
        resolve(result.is);
      };
      schedule.at(this.after(this.lastArrival, about, way), () => {
        if (reordering) this.arrived(about);
        const result = carriesOut ? { is: call.work() } : undefined;
        const back = reordering
          ? schedule.now() + this.parts.random.below(way + 1)
          : this.after(this.lastAnswer, about, way);
        schedule.at(back, () => {
          answer(result);
        });
      });
    });
  }

  private arrived(about: string): void {
    const left = (this.underWay.get(about) ?? 1) - 1;
    if (left === 0) this.underWay.delete(about);
    else this.underWay.set(about, left);
  }

  /** A moment within `most` milliseconds, and not before the last one about the same. */
  private after(last: Map<string, number>, about: string, most: number): number {
    const { schedule, random } = this.parts;
    const at = Math.max(last.get(about) ?? 0, schedule.now() + random.below(most + 1));
    last.set(about, at);
    return at;
  }
}
