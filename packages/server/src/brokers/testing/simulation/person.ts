import { after } from "../../../core/answer.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { Encoder } from "../../../core/encoder.ts";
import type { JoinOutcome } from "../../../core/joining.ts";
import { Refusal } from "../../../core/refusal.ts";
import { join, type JoinRequest } from "../../../core/subscribe.ts";
import type { Subscription } from "../../../core/subscription.ts";
import { leave } from "../../../core/unsubscribe.ts";
import { userId } from "../../../core/ids.ts";
import { recoveryLimit } from "./app.ts";
import { type Arrival, decode, SimulatedClient } from "./client.ts";
import type { SimulatedNode } from "./node.ts";
import type { Tally } from "./tally.ts";
import { type Asked, show, type View, Violation } from "./view.ts";
import type { Weather } from "./weather.ts";

/** Milliseconds in which every join is answered where nothing is lost: five calls and a message, 100 ms each way. */
const patience = 1_500;

export interface Surroundings {
  readonly trace: (line: string) => void;
  readonly tally: Tally;
  readonly weather: Weather;
  now(): number;
  view(person: Person, channel: string): View;
  /** Looks at how a join went, with what nobody but the store knows. */
  settled(person: Person, outcome: JoinOutcome, asked: Settled): void;
}

export interface Settled extends Asked {
  readonly traits: ChannelTraits;
  /** Milliseconds. */
  readonly waited: number;
}

/** Somebody who connects, joins, leaves and comes back, and remembers where it stood. */
export class Person {
  readonly views = new Map<string, View>();
  client: SimulatedClient | undefined = undefined;
  private node: SimulatedNode | undefined = undefined;

  constructor(
    readonly name: string,
    private readonly user: string,
    private readonly world: Surroundings,
  ) {}

  connect(node: SimulatedNode, encoder: Encoder): void {
    const { hub, app, fanout } = node;
    this.node = node;
    this.client = new SimulatedClient(hub, { app, fanout, user: userId(this.user), encoder });
    this.world.trace(`${this.name} connects to ${node.name} as ${this.client.clientId} (${this.user})`);
  }

  join(
    traits: ChannelTraits,
    asked: Pick<JoinRequest, "positioned" | "recoverable" | "serverSide" | "recover" | "delta" | "filter">,
  ): void {
    const { client, node, world } = this;
    if (client === undefined || node === undefined) return;
    const { name } = traits;
    const since = asked.recover ?? (traits.namespace.autoRecover ? anywhere : undefined);
    const mode = recoveryMode(traits);
    const { delta = false } = asked;
    const filtered = asked.filter !== undefined && !delta;
    const attempt = world.view(this, name).ask({ since, mode, delta, filtered });
    const how = `${delta ? ", by deltas" : ""}${filtered ? ", what is even" : ""}`;
    world.trace(`${this.name} joins ${name} on ${node.name} since ${show(since)}${how}`);
    world.tally.joins += 1;
    const request: JoinRequest = {
      ...asked,
      traits,
      info: client.info(undefined),
      override: {},
      expiresAt: 0,
      joinLeave: true,
      wantsMembers: true,
      wantsCached: true,
    };
    const begun = world.now();
    void after(join(node.hub, client, request), (joining) => {
      if (joining instanceof Refusal) {
        client.say({ kind: "refused", channel: name, attempt, refusal: joining });
        return;
      }
      const outcome = joining.settle();
      client.say({ kind: "joined", channel: name, attempt, outcome });
      joining.follow();
      world.settled(this, outcome, { since, mode, delta, filtered, traits, waited: world.now() - begun });
    });
  }

  /** It stops listening: what is on its way to it, it does not take any more. */
  leave(subscription: Subscription): void {
    const { client, node } = this;
    if (client === undefined || node === undefined) return;
    const { name } = subscription.channel.traits;
    this.world.trace(`${this.name} leaves ${name}`);
    leave(node.hub, client, subscription, "unsubscribed");
    const kept = client.arrivals.filter((arrival) => channelOf(arrival) !== name);
    client.arrivals.splice(0, client.arrivals.length, ...kept);
    this.world.view(this, name).left();
  }

  disconnect(): void {
    if (this.client === undefined) return;
    this.world.trace(`${this.name} loses its connection`);
    this.client.end("abnormal");
    this.gone();
  }

  /** Takes what has come, up to so much. */
  read(most = Number.POSITIVE_INFINITY): void {
    for (let taken = 0; taken < most; taken += 1) {
      const arrival = this.client?.arrivals.shift();
      if (arrival === undefined) return;
      this.take(arrival);
    }
  }

  private gone(): void {
    this.client = undefined;
    this.node = undefined;
    for (const view of this.views.values()) view.left();
  }

  private take(arrival: Arrival): void {
    const { world, name } = this;
    switch (arrival.kind) {
      case "frame": {
        const delivered = decode(arrival.frame);
        world.trace(
          `${name} hears ${delivered.delta ? "+" : ""}${delivered.number} at ${show(delivered.position)} of ${delivered.channel}`,
        );
        const view = world.view(this, delivered.channel);
        view.heard(delivered);
        if (delivered.delta) world.tally.deltas += 1;
        if (view.filtered) world.tally.filtered += 1;
        return;
      }
      case "joined":
      case "refused": {
        const view = world.view(this, arrival.channel);
        // An answer to a join that it has given up since.
        if (arrival.attempt !== view.attempt) return;
        if (arrival.kind === "joined") this.hasJoined(view, arrival.channel, arrival.outcome);
        else this.isRefused(view, arrival.channel, arrival.refusal);
        return;
      }
      case "notice":
        world.trace(`${name} is told ${arrival.notice.kind} ${arrival.notice.channel}`);
        world.tally.toldInsufficient += 1;
        this.needsReason(`loses ${arrival.notice.channel}`);
        world.view(this, arrival.notice.channel).left();
        return;
      case "closed":
        world.trace(`${name} is closed: ${arrival.closure.reason}`);
        this.needsReason("is closed");
        this.gone();
        return;
    }
  }

  /** Where all is only late, nobody is to be bothered. */
  private needsReason(what: string): void {
    if (this.world.weather.gentle) throw new Violation(`${this.name} ${what} without need`);
  }

  private hasJoined(view: View, channel: string, outcome: JoinOutcome): void {
    const { tally, trace } = this.world;
    const { position, positioned, recovered, wasRecovering, publications } = outcome;
    const given = publications.map((one) => show(one.position)).join();
    trace(
      `${this.name} has joined ${channel} at ${show(position)}` +
        `${positioned ? ", positioned" : ""}${recovered ? ", recovered" : ""} [${given}]`,
    );
    if (recovered) tally.recoveries += 1;
    else if (wasRecovering) tally.failedRecoveries += 1;
    view.joined(outcome);
  }

  private isRefused(view: View, channel: string, { kind, reason }: Refusal): void {
    this.world.trace(`${this.name} is refused ${channel}: ${reason}`);
    this.world.tally.refusals += 1;
    if (!this.world.weather.fails && kind === "internal")
      throw new Violation(`${this.name} is refused ${channel} for no good reason: ${reason}`);
    view.left();
  }
}

/** Where a client stands that the server lets recover by itself. */
const anywhere = { offset: 0, epoch: "" };

function recoveryMode({ namespace, cache }: ChannelTraits): Asked["mode"] {
  if (namespace.history.size === 0 && cache) return "slot";
  return namespace.recoveryMode === "cache" ? "latest" : "stream";
}

function channelOf(arrival: Arrival): string | undefined {
  switch (arrival.kind) {
    case "frame":
      return decode(arrival.frame).channel;
    case "joined":
    case "refused":
      return arrival.channel;
    case "notice":
      return arrival.notice.channel;
    case "closed":
      return undefined;
  }
}

/** Why a join went worse than it had to where all is only late; undefined = it did not. `top`: of the stream now. */
export function shortfall(
  outcome: JoinOutcome,
  { since, mode, traits, waited }: Settled,
  top: number,
): string | undefined {
  if (waited > patience) return `waits ${waited} ms to join`;
  const { position, recovered, recoverable } = outcome;
  if (mode !== "stream" || recovered || !recoverable) return undefined;
  if (since === undefined || position?.epoch !== since.epoch) return undefined;
  // Who has seen more than this node on another one can wait for it.
  const little = position.offset - since.offset <= recoveryLimit;
  const kept = top - since.offset <= traits.namespace.history.size;
  return little && kept ? "missed little, and does not recover" : undefined;
}
