import { expect, test } from "bun:test";
import type { Answer } from "../../core/answer.ts";
import type { Broker } from "../../core/broker.ts";
import { userId } from "../../core/ids.ts";
import type { Joining, JoinOutcome } from "../../core/joining.ts";
import { checkPositions } from "../../core/positions.ts";
import type { MembershipChange, StreamPosition } from "../../core/publication.ts";
import { publish } from "../../core/publish.ts";
import { Refusal } from "../../core/refusal.ts";
import { join } from "../../core/subscribe.ts";
import { leave } from "../../core/unsubscribe.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import { traitsOf } from "./simulation/app.ts";
import { decode, SimulatedClient } from "./simulation/client.ts";
import { openNode } from "./simulation/node.ts";
import { Cluster } from "./two-node-broker.ts";
import { type Call, noFaults, PlannedFailure, type Ways } from "./ways.ts";

/** Ways on which nothing happens by itself: calls are carried out at once, and what a test holds back waits for it. */
class HeldWays implements Ways {
  /** Calls whose answers wait. */
  readonly held = new Set<keyof Broker>();
  /** Calls that fail though they are carried out. */
  readonly failing = new Set<keyof Broker>();
  messagesHeld = false;
  private readonly answers: (() => void)[] = [];
  private readonly messages: (() => void)[] = [];

  call<T>({ method, work, learned }: Call<T>): Answer<T> {
    const result = work();
    if (this.failing.has(method)) return Promise.reject(new PlannedFailure(method));
    if (!this.held.has(method)) {
      learned?.();
      return result;
    }
    return new Promise((resolve) => {
      this.answers.push(() => {
        learned?.();
        resolve(result);
      });
    });
  }

  deliver(_about: string, arrive: () => void): void {
    if (this.messagesHeld) this.messages.push(arrive);
    else arrive();
  }

  /** Gives the answers that wait, the first ones first, and lets what waited for them go on. */
  async answer(count = this.answers.length): Promise<void> {
    for (const give of this.answers.splice(0, count)) give();
    await settled();
  }

  arrive(count = this.messages.length): void {
    for (const bring of this.messages.splice(0, count)) bring();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const room = "room";

function stage() {
  const schedule = new Schedule();
  const random = new Random(1);
  const cluster = new Cluster({ schedule, random, presenceTtl: Infinity, faults: noFaults });
  const told: string[] = [];
  cluster.onAnnounced = ({ change, info, edge }: MembershipChange) => {
    told.push(`${info.user} ${change}${edge ? " edge" : ""}`);
  };
  const ways = new HeldWays();
  const blame = (violation: Error): never => {
    throw violation;
  };
  const { hub, app, fanout } = openNode("here", { broker: cluster.node(ways), clock: schedule, blame });
  const traits = traitsOf(app, room);
  const key = app.key(traits.name);

  return {
    ways,
    schedule,
    told,
    hub,
    client: (user = "ann") => new SimulatedClient(hub, { app, fanout, user: userId(user) }),
    join: (client: SimulatedClient, since?: StreamPosition, positioned = true) =>
      join(hub, client, {
        traits,
        info: client.info(undefined),
        override: {},
        expiresAt: 0,
        serverSide: false,
        positioned,
        recoverable: positioned,
        joinLeave: false,
        recover: since,
        wantsMembers: false,
        wantsCached: false,
      }),
    leave: (client: SimulatedClient): void => {
      const subscription = client.subscriptions.get(traits.name);
      if (subscription !== undefined) leave(hub, client, subscription, "unsubscribed");
    },
    publish: (text: string): void => {
      const rest = { tags: undefined, except: undefined, skipHistory: false, idempotencyKey: undefined };
      void publish(hub, app, { traits, content: { kind: "json", text }, ...rest, source: "centrifugo-api" });
    },
    /** The stream and all that is known of it are lost, and the next has another epoch. */
    forget: (): void => {
      schedule.jump(traits.namespace.history.metaTtl + 1);
    },
    presence: () => cluster.store.presence.presence(key, schedule.now()).map(({ client }) => client),
    position: () =>
      cluster.store.streams.read(key, { since: undefined, limit: 0, reverse: false }, 0, schedule.now())
        .position,
  };
}

async function followed(answer: Answer<Joining | Refusal>): Promise<JoinOutcome> {
  const joining = await answer;
  if (joining instanceof Refusal) throw new Error(joining.reason);
  const outcome = joining.settle();
  joining.follow();
  return outcome;
}

function heardBy({ arrivals }: SimulatedClient): (number | string)[] {
  return arrivals.map((arrival) => (arrival.kind === "frame" ? decode(arrival.frame).number : arrival.kind));
}

test("a client that joins again before its first join has come to nothing stays in presence", async () => {
  const { ways, client, join, leave, presence, told } = stage();
  const ann = client();
  ways.held.add("addPresence");
  const first = join(ann);
  leave(ann);
  const second = followed(join(ann));
  await ways.answer();
  expect(await first).toBeInstanceOf(Refusal);
  await second;
  expect(presence()).toEqual([ann.clientId]);
  expect(told).toEqual(["ann join edge"]);
});

test("a client that left before its channel was open is not added to presence any more", async () => {
  const { ways, client, join, leave, presence } = stage();
  const ann = client();
  ways.held.add("subscribe");
  const first = join(ann);
  leave(ann);
  await ways.answer();
  expect(await first).toBeInstanceOf(Refusal);
  expect(presence()).toEqual([]);
});

test("others hear of a user whose first connection gives up while its second has come", async () => {
  const { ways, client, join, leave, told } = stage();
  const [one, two] = [client(), client()];
  ways.held.add("history");
  const givenUp = join(one);
  const stays = followed(join(two));
  leave(one);
  await ways.answer();
  await stays;
  expect(await givenUp).toBeInstanceOf(Refusal);
  expect(told.filter((line) => line.endsWith("edge"))).toEqual(["ann join edge"]);
  leave(two);
  expect(told.filter((line) => line.endsWith("edge"))).toEqual(["ann join edge", "ann leave edge"]);
});

test("others hear that a user is gone whose last connection never came to be", async () => {
  const { ways, client, join, leave, told } = stage();
  const [one, two] = [client(), client()];
  await followed(join(one));
  ways.held.add("history");
  const givenUp = join(two, { offset: 0, epoch: "" });
  leave(one);
  leave(two);
  await ways.answer();
  expect(await givenUp).toBeInstanceOf(Refusal);
  expect(told.filter((line) => line.endsWith("edge"))).toEqual(["ann join edge", "ann leave edge"]);
});

test("a client whose entry was made by a call that failed does not stay in presence", async () => {
  const { ways, client, join, presence } = stage();
  ways.failing.add("addPresence");
  expect(await join(client())).toBeInstanceOf(Refusal);
  await settled();
  expect(presence()).toEqual([]);
});

test("whoever joins while the stream begins anew stands where this node does, though the answer is newer", async () => {
  const { ways, client, join, publish, forget, hub } = stage();
  const [one, two] = [client("ann"), client("bob")];
  const { position } = await followed(join(one));
  ways.messagesHeld = true;
  publish("1");
  forget();
  const outcome = await followed(join(two));
  expect(outcome).toMatchObject({ recovered: false, position });
  ways.arrive();
  ways.messagesHeld = false;
  expect([heardBy(one), heardBy(two)]).toEqual([[1], [1]]);
  publish("2");
  expect([heardBy(one), heardBy(two)]).toEqual([
    [1, "notice"],
    [1, "notice"],
  ]);
  expect(hub.channels.size).toBe(0);
});

test("whoever joins while the stream begins anew stands where this node does, though the answer is older", async () => {
  const { ways, client, join, publish, forget, hub, position } = stage();
  const one = client("ann");
  await followed(join(one));
  publish("1");
  ways.held.add("history");
  const two = client("bob");
  const late = followed(join(two));
  forget();
  ways.held.delete("history");
  checkPositions(hub, 0);
  await ways.answer();
  expect((await late).position).toEqual(position());
  publish("2");
  expect(heardBy(two)).toEqual([2]);
});

test("what an earlier subscription of the node still brings does not stand for the stream", async () => {
  const { ways, client, join, leave, publish } = stage();
  const one = client();
  const { position } = await followed(join(one));
  ways.messagesHeld = true;
  publish("1");
  leave(one);
  publish("2");
  ways.held.add("subscribe");
  const again = followed(join(one, position));
  ways.arrive();
  ways.messagesHeld = false;
  await ways.answer();
  expect(await again).toMatchObject({ recovered: true });
  expect((await again).publications.map(({ content }) => content)).toEqual([
    { kind: "json", text: "1" },
    { kind: "json", text: "2" },
  ]);
  publish("3");
  expect(heardBy(one)).toEqual([3]);
});

test("a client without positions hears what was on its way to it when a client with positions joined", async () => {
  const { ways, client, join, publish } = stage();
  const [one, two] = [client("ann"), client("bob")];
  await followed(join(one, undefined, false));
  ways.messagesHeld = true;
  publish("1");
  const { position } = await followed(join(two));
  ways.arrive();
  expect(heardBy(one)).toEqual([1]);
  // It was told a position below, and gets what comes after that, once.
  expect(position?.offset).toBe(0);
  expect(heardBy(two)).toEqual([1]);
});

test("clients that join one after the other recover, though none has heard a publication yet", async () => {
  const { ways, client, join, publish } = stage();
  const [one, two] = [client("ann"), client("bob")];
  publish("1");
  ways.held.add("cached");
  ways.held.add("history");
  const first = followed(join(one, { offset: 0, epoch: "" }));
  ways.messagesHeld = true;
  publish("2");
  const second = followed(join(two));
  await ways.answer();
  await second;
  expect(await first).toMatchObject({ recovered: true });
  ways.arrive();
  expect(heardBy(one)).toEqual([2]);
  expect(heardBy(two)).toEqual([2]);
});

test("a client that has seen more on another node joins when this one has caught up", async () => {
  const { ways, client, join, publish } = stage();
  const [one, two] = [client("ann"), client("bob")];
  const { position } = await followed(join(one));
  ways.messagesHeld = true;
  publish("1");
  publish("2");
  const late = followed(join(two, { offset: 2, epoch: position?.epoch ?? "" }));
  await settled();
  expect(two.subscriptions.size).toBe(1);
  ways.arrive();
  expect(await late).toMatchObject({ recovered: true, publications: [] });
  ways.messagesHeld = false;
  publish("3");
  expect(heardBy(two)).toEqual([3]);
});
