import type { App } from "../../core/app.ts";
import { after, attempt } from "../../core/answer.ts";
import type { ChannelKey } from "../../core/ids.ts";
import { checkPositions } from "../../core/positions.ts";
import { publish } from "../../core/publish.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import { channelNames, evenOnly, tagsOf, traitsOf } from "./simulation/app.ts";
import { otherEncoder, plainEncoder } from "./simulation/client.ts";
import { Ledger } from "./simulation/ledger.ts";
import { openNode, type SimulatedNode } from "./simulation/node.ts";
import { Person, shortfall, type Surroundings } from "./simulation/person.ts";
import { emptyTally, type Tally } from "./simulation/tally.ts";
import { show, Truth, View, Violation } from "./simulation/view.ts";
import { type Weather, weatherOf } from "./simulation/weather.ts";
import { Cluster } from "./two-node-broker.ts";
import { PlannedFailure } from "./ways.ts";

export interface Simulation {
  readonly seed: number;
  /** Lets everything that waits for a promise go on, now: a simulation is one synchronous run. */
  readonly drain: () => void;
  /** Hears each step. */
  readonly trace?: (line: string) => void;
}

/**
 * Runs one interleaving of joins, recoveries, leaves, publications and faults, of real hubs over one store. Throws a
 * `Violation` where a client sees what it must not, or does not get there in the end.
 */
export function simulate(simulation: Simulation): Tally {
  return new World(simulation).run();
}

class World {
  private readonly random: Random;
  private readonly schedule = new Schedule();
  private readonly weather: Weather;
  private readonly cluster: Cluster;
  private readonly nodes: SimulatedNode[];
  private readonly app: App;
  private readonly people: Person[];
  private readonly channels: readonly string[];
  private readonly truths = new Map<ChannelKey, Truth>();
  private readonly ledgers = new Map<ChannelKey, Ledger>();
  private readonly tally = emptyTally();
  /** What was seen where nobody could catch it. */
  private fault: Violation | undefined = undefined;

  constructor(private readonly simulation: Simulation) {
    const random = new Random(simulation.seed);
    const { schedule } = this;
    this.random = random;
    this.weather = weatherOf(random);
    // Nodes that die are the contract suite's: here nobody beats.
    const presenceTtl = Number.POSITIVE_INFINITY;
    this.cluster = new Cluster({ random, schedule, presenceTtl, faults: this.weather.faults });
    this.listen();
    const first = this.openNode(1);
    this.app = first.app;
    this.nodes = [first];
    if (this.weather.nodes > 1) this.nodes.push(this.openNode(2));
    this.channels = channelNames.filter((_name, index) => index === 0 || random.chance(0.4));
    this.people = this.invite(2 + random.below(4));
  }

  run(): Tally {
    const steps = 40 + this.random.below(60);
    for (let step = 0; step < steps; step += 1) {
      this.act();
      this.drain();
    }
    this.comeToRest();
    this.everybodyGoes();
    return this.tally;
  }

  private listen(): void {
    this.cluster.onStored = (key, publication) => {
      this.truth(key).store(publication);
    };
    this.cluster.onAnnounced = (change) => {
      const { info, edge } = change;
      this.trace(
        `all are told to see ${info.client} ${change.change}${edge ? `, and ${info.user} with it` : ""}`,
      );
      this.ledger(change.key).enter(change);
    };
  }

  private openNode(number: number): SimulatedNode {
    return openNode(`node-${number}`, {
      broker: this.cluster.node(),
      clock: this.schedule,
      blame: (violation) => {
        this.fault ??= violation;
      },
    });
  }

  private invite(count: number): Person[] {
    const { weather, tally } = this;
    const surroundings: Surroundings = {
      trace: (line) => {
        this.trace(line);
      },
      tally,
      weather,
      now: () => this.schedule.now(),
      view: (person, channel) => this.view(person, channel),
      settled: (person, outcome, asked) => {
        if (!weather.gentle) return;
        const truth = this.truth(this.app.key(asked.traits.name));
        if (!outcome.positioned && truth.newest !== undefined)
          this.view(person, asked.traits.name).mustHearAllAfter(truth.newest);
        const top = truth.top(asked.since?.epoch ?? "");
        const what = shortfall(outcome, asked, top);
        if (what !== undefined) this.fault ??= new Violation(`${person.name} ${what}`);
      },
    };
    // Some are the same user, and some are none.
    const users = ["", "ann", "ann", "bob", "cid"];
    return Array.from(
      { length: count },
      (_, index) => new Person(`person-${index + 1}`, this.random.pick(users), surroundings),
    );
  }

  private act(): void {
    const { random, weather } = this;
    const person = random.pick(this.people);
    const roll = random.below(100);
    if (roll < 34) this.letHappen(1 + random.below(10));
    else if (roll < 54) this.publishSome();
    else if (roll < 72) this.connectAndJoin(person);
    else if (roll < 80) this.leaveOne(person);
    else if (roll < 85) {
      person.read(random.below(8));
      person.disconnect();
    } else if (roll < 91) person.read(1 + random.below(4));
    // A check that a message overtakes tells clients without need: not where that would be a fault.
    else if (roll < 94 && !weather.gentle)
      this.checkPositions(random.pick(this.nodes), random.below(3) * 1_000);
    else if (weather.jumps && roll < 98) this.jump(random.pick([200, 2_000, 70_000, 400_000, 400_000]));
    else if (weather.jumps) this.removeHistory(random.pick(this.channels));
  }

  private letHappen(count: number): void {
    for (let step = 0; step < count && this.schedule.step(); step += 1) this.drain();
  }

  private publishSome(): void {
    const { random } = this;
    const node = random.pick(this.nodes);
    const channel = random.pick(this.channels);
    const count = random.chance(0.1) ? 1 + random.below(8) : 1 + random.below(2);
    for (let index = 0; index < count; index += 1) this.publish(node, channel, random.chance(0.05));
  }

  private publish(node: SimulatedNode, channel: string, skipHistory: boolean): void {
    this.tally.publications += 1;
    const text = String(this.tally.publications);
    this.trace(`${node.name} publishes ${text} to ${channel}${skipHistory ? " without history" : ""}`);
    const traits = traitsOf(node.app, channel);
    const content = { kind: "json", text } as const;
    const rest = {
      tags: tagsOf(this.tally.publications),
      delta: this.random.chance(0.7),
      except: undefined,
      idempotencyKey: undefined,
      source: "centrifugo-api",
    } as const;
    void attempt<unknown>(
      () => after(publish(node.hub, node.app, { traits, content, skipHistory, ...rest }), () => undefined),
      (cause) => {
        if (!(cause instanceof PlannedFailure)) this.fault ??= new Violation(`publish: ${String(cause)}`);
      },
    );
  }

  private connectAndJoin(person: Person): void {
    if (person.client === undefined) this.connect(person);
    this.join(person, this.random.pick(this.channels));
  }

  private connect(person: Person): void {
    const { random } = this;
    person.connect(random.pick(this.nodes), random.pick([plainEncoder, otherEncoder]));
  }

  private join(person: Person, channel: string): void {
    const view = this.view(person, channel);
    if (view.state !== "outside") return;
    const { random } = this;
    const positioned = random.chance(0.85);
    const { position } = view;
    const epoch = random.chance(0.05) ? "" : (position?.epoch ?? "");
    const recover =
      position !== undefined && random.chance(0.85) ? { offset: position.offset, epoch } : undefined;
    person.join(traitsOf(this.app, channel), {
      positioned,
      recoverable: positioned && random.chance(0.9),
      serverSide: random.chance(0.1),
      recover,
      delta: random.chance(0.3),
      filter: random.chance(0.3) ? evenOnly : undefined,
    });
  }

  private leaveOne(person: Person): void {
    const { random } = this;
    person.read(random.below(5));
    const inside = [...(person.client?.subscriptions.values() ?? [])];
    if (inside.length === 0) return;
    const subscription = random.pick(inside);
    person.leave(subscription);
    if (random.chance(0.5)) this.join(person, subscription.channel.traits.name);
  }

  private checkPositions(node: SimulatedNode, delay: number): void {
    this.trace(`${node.name} checks its positions`);
    checkPositions(node.hub, delay);
  }

  private jump(milliseconds: number): void {
    this.trace(`${milliseconds} ms pass`);
    this.schedule.jump(milliseconds);
    this.cluster.store.sweep(3, this.schedule.now());
  }

  private removeHistory(channel: string): void {
    this.trace(`the history of ${channel} is removed`);
    this.cluster.store.streams.remove(this.key(channel));
  }

  /** No more faults: in the end everybody has to be where the stream is. */
  private comeToRest(): void {
    this.trace("the faults are over");
    this.cluster.faults = this.weather.calm;
    // Whoever is told comes back, and is told nothing more; who is not there after three rounds never will be.
    for (let round = 0; round < 3; round += 1) {
      this.settle();
      for (const person of this.people) this.comeBack(person);
      this.settle();
      this.schedule.jump(1_000);
      for (const node of this.nodes) this.checkPositions(node, 500);
    }
    this.settle();
    // One of two that follow each other is even.
    for (const channel of this.channels)
      for (let count = 0; count < 2; count += 1) this.publish(this.random.pick(this.nodes), channel, false);
    this.settle();
    for (const person of this.people)
      for (const [channel, view] of person.views) this.mustBeUpToDate(person, channel, view);
    this.presenceMustMatch();
  }

  private comeBack(person: Person): void {
    for (const [channel, view] of person.views)
      if (view.state === "joining") throw new Violation(`${person.name} waits for ever to join ${channel}`);
    if (person.client === undefined) this.connect(person);
    for (const channel of person.views.keys()) this.join(person, channel);
  }

  /** Everything that is on its way arrives, and everybody takes it. */
  private settle(): void {
    this.drain();
    while (this.schedule.step()) this.drain();
    for (const person of this.people) person.read();
  }

  private mustBeUpToDate(person: Person, channel: string, view: View): void {
    const traits = traitsOf(this.app, channel);
    const subscription = person.client?.subscriptions.get(traits.name);
    // A presence channel may be full.
    if (traits.presence && view.state === "outside" && subscription === undefined) return;
    if (view.state !== "joined" || subscription === undefined)
      throw new Violation(`${person.name} does not get back into ${channel}: ${view.state}`);
    const { position } = view;
    if (traits.namespace.history.size === 0) {
      if (view.newest === 0) throw new Violation(`${person.name} hears nothing of ${channel} any more`);
    } else if (!view.upToDate())
      throw new Violation(`${person.name} stays behind in ${channel} at ${show(position)}`);
    if (subscription.channel.tail !== undefined) throw new Violation(`${channel} is held for ever`);
  }

  private presenceMustMatch(): void {
    for (const channel of this.channels) {
      const key = this.key(channel);
      const inside = this.people.flatMap(({ client }) =>
        client?.subscriptions.has(traitsOf(this.app, channel).name) === true ? [client.info(undefined)] : [],
      );
      const expected = inside.map(({ client }) => client).toSorted();
      const entries = this.cluster.store.presence.presence(key, this.schedule.now());
      const actual = entries.map(({ client }) => client).toSorted();
      if (actual.join() !== expected.join())
        throw new Violation(
          `presence of ${channel} is [${actual.join()}], and there are [${expected.join()}]`,
        );
      // Where calls fail, some could not be told whether they were the first, and cannot tell others.
      this.ledger(key).mustMatch(channel, inside, { users: !this.weather.fails });
    }
  }

  private everybodyGoes(): void {
    for (const person of this.people) person.disconnect();
    this.settle();
    this.presenceMustMatch();
    for (const { name, hub, fanout, broker } of this.nodes) {
      if (hub.channels.size > 0 || fanout.size > 0)
        throw new Violation(`${name} keeps channels that nobody uses`);
      if (!this.weather.fails && broker.subscriptionCount > 0)
        throw new Violation(`${name} stays subscribed to channels that nobody uses`);
    }
  }

  private view(person: Person, channel: string): View {
    const ordered = this.weather.faults.overtaking === 0;
    return found(
      person.views,
      channel,
      () => new View(`${person.name} in ${channel}`, this.truth(this.key(channel)), ordered),
    );
  }

  private truth(key: ChannelKey): Truth {
    return found(this.truths, key, () => new Truth());
  }

  private ledger(key: ChannelKey): Ledger {
    return found(this.ledgers, key, () => new Ledger());
  }

  /** The same on all nodes. */
  private key(channel: string): ChannelKey {
    return this.app.key(traitsOf(this.app, channel).name);
  }

  private drain(): void {
    this.simulation.drain();
    if (this.fault !== undefined) throw this.fault;
  }

  private trace(line: string): void {
    this.simulation.trace?.(line);
  }
}

function found<Key, Value>(among: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = among.get(key);
  if (known !== undefined) return known;
  const made = make();
  among.set(key, made);
  return made;
}
