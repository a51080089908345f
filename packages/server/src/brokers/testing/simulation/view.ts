import type { JoinOutcome } from "../../../core/joining.ts";
import type { Publication, StreamPosition } from "../../../core/publication.ts";
import type { Delivered } from "./client.ts";

/** What a client must never see. */
export class Violation extends Error {}

/** All that was ever stored in a channel, in every life of its stream. */
export class Truth {
  private readonly lives = new Map<string, number[]>();
  private last: StreamPosition | undefined = undefined;
  /** Publications in the order in which the store took them, with a place or without. */
  private readonly order = new Map<number, number>();

  store({ position, content }: Publication): void {
    if (content.kind !== "json") return;
    this.order.set(Number(content.text), this.order.size + 1);
    if (position === undefined) return;
    const life = this.lives.get(position.epoch) ?? [];
    if (life.length !== position.offset - 1)
      throw new Violation(`the store gave offset ${position.offset} after ${life.length} publications`);
    life.push(Number(content.text));
    this.lives.set(position.epoch, life);
    this.last = position;
  }

  /** Where the stream stands; undefined before the first publication. */
  get newest(): StreamPosition | undefined {
    return this.last;
  }

  number(position: StreamPosition): number | undefined {
    return this.lives.get(position.epoch)?.[position.offset - 1];
  }

  /** The how-manieth publication it was; 0 = none. */
  turn(number: number): number {
    return this.order.get(number) ?? 0;
  }

  top(epoch: string): number {
    return this.lives.get(epoch)?.length ?? 0;
  }
}

/** How a client asked to join. */
export interface Asked {
  readonly since: StreamPosition | undefined;
  readonly mode: "stream" | "latest" | "slot";
  /** It is told differences. */
  readonly delta: boolean;
  /** It takes even numbers alone. */
  readonly filtered: boolean;
}

const nothingAsked: Asked = { since: undefined, mode: "stream", delta: false, filtered: false };

/** One client's view of one channel, over all its joins and connections; it believes what it is told and nothing else. */
export class View {
  state: "outside" | "joining" | "joined" = "outside";
  /** The last publication that it took, or where it was told that it stands. */
  position: StreamPosition | undefined = undefined;
  positioned = false;
  /** The turn of the newest publication that it has seen among those without a place. */
  newest = 0;
  /** Counts its joins: an answer to one that it has given up says nothing to it. */
  attempt = 0;
  /** From here on it has to hear everything, without a place of its own; undefined = some may be lost. */
  private reach: StreamPosition | undefined = undefined;
  private asked: Asked = nothingAsked;
  /** What a difference is added to; undefined = nothing has come since it joined. */
  private held: number | undefined = undefined;

  constructor(
    private readonly who: string,
    private readonly truth: Truth,
    /** No message overtakes another. */
    private readonly ordered: boolean,
  ) {}

  ask(asked: Asked): number {
    this.state = "joining";
    this.reach = undefined;
    this.attempt += 1;
    this.asked = asked;
    return this.attempt;
  }

  joined(outcome: JoinOutcome): void {
    this.demand(this.state === "joining", "is told that it has joined without having asked");
    this.state = "joined";
    this.positioned = outcome.positioned;
    this.newest = 0;
    this.held = numberOf(outcome.publications.at(-1));
    this.demand(outcome.delta === this.asked.delta, "is told otherwise than it asked for");
    const { position } = outcome;
    if (!outcome.positioned) {
      this.position = undefined;
      return;
    }
    this.demand(position !== undefined, "is positioned without a position");
    if (position === undefined) return;
    if (!outcome.recovered) {
      this.demand(outcome.publications.length === 0, "is given publications without having recovered");
      this.position = position;
      return;
    }
    const { since, mode } = this.asked;
    if (mode === "slot") {
      this.position = position;
      this.demand(outcome.publications[0] === outcome.cached, "recovers something else than the slot");
      return;
    }
    this.demand(since !== undefined, "has recovered from nowhere");
    this.demand(
      since?.epoch === position.epoch || since?.epoch === "" || mode === "latest",
      `has recovered from epoch ${since?.epoch} into ${position.epoch}`,
    );
    if (mode === "latest") this.recoveredLatest(position, outcome.publications);
    else this.recoveredStream(position, outcome.publications);
  }

  /** It takes even numbers alone. */
  get filtered(): boolean {
    return this.asked.filtered;
  }

  /** It has joined where nothing is lost, when the stream had come so far. */
  mustHearAllAfter(top: StreamPosition): void {
    this.reach = top;
  }

  heard(delivered: Delivered): void {
    const { position } = delivered;
    this.demand(this.state === "joined", `hears publication ${delivered.number} while ${this.state}`);
    const number = this.put(delivered);
    this.demand(this.takes(number), `hears ${number}, which its filter keeps back`);
    if (position === undefined) {
      const turn = this.truth.turn(number);
      this.demand(!this.ordered || turn > this.newest, `hears ${number} after what was published later`);
      this.newest = turn;
      return;
    }
    if (!this.positioned) {
      if (this.position?.epoch === position.epoch)
        this.demand(position.offset > this.position.offset, `hears offset ${position.offset} again`);
      if (this.reach?.epoch === position.epoch) {
        this.demand(
          this.mayFollow(this.reach, position),
          `hears offset ${position.offset} after ${this.reach.offset}`,
        );
        if (position.offset > this.reach.offset) this.reach = position;
      }
      this.position = position;
      return;
    }
    this.take(position, number);
  }

  /** It is where its stream stands, or all that it has not heard is kept back from it. */
  upToDate(): boolean {
    const { position } = this;
    if (position === undefined) return false;
    return this.mayFollow(position, { offset: this.truth.top(position.epoch) + 1, epoch: position.epoch });
  }

  /** The number that it makes of what it is told. */
  private put({ delta, number: told }: Delivered): number {
    let number = told;
    if (delta) {
      this.demand(this.asked.delta, "hears a difference without having asked for any");
      this.demand(this.held !== undefined, "hears a difference, and has nothing to add it to");
      number += this.held ?? 0;
    }
    this.held = number;
    return number;
  }

  private takes(number: number | undefined): boolean {
    return !this.asked.filtered || number === undefined || number % 2 === 0;
  }

  /** Nothing is missing between the two that it takes. */
  private mayFollow(here: StreamPosition, next: StreamPosition): boolean {
    for (let offset = here.offset + 1; offset < next.offset; offset += 1)
      if (!this.asked.filtered || this.takes(this.truth.number({ offset, epoch: here.epoch }))) return false;
    return true;
  }

  /** It is outside again, and knows it. */
  left(): void {
    this.state = "outside";
    this.attempt += 1;
  }

  private recoveredStream(position: StreamPosition, publications: readonly Publication[]): void {
    const { since } = this.asked;
    this.demand(position.offset === since?.offset, "has recovered from elsewhere than it asked for");
    this.position = position;
    for (const publication of publications) {
      const number = numberOf(publication);
      this.demand(
        publication.position !== undefined && number !== undefined,
        "recovers something without a place",
      );
      this.demand(this.takes(number), `recovers ${number}, which its filter keeps back`);
      if (publication.position !== undefined && number !== undefined) this.take(publication.position, number);
    }
  }

  private recoveredLatest(position: StreamPosition, publications: readonly Publication[]): void {
    this.position = position;
    const newest = publications.at(-1);
    if (newest === undefined) {
      const { since } = this.asked;
      this.demand(
        since?.offset === position.offset && since.epoch === position.epoch,
        "has recovered the newest publication without getting it",
      );
      return;
    }
    this.demand(publications.length === 1, "recovers more than the newest publication");
    const place = newest.position;
    this.demand(place !== undefined, "recovers something without a place");
    if (place === undefined) return;
    this.demand(
      place.offset <= position.offset && this.mayFollow(place, { ...position, offset: position.offset + 1 }),
      "recovers a publication that is not the newest",
    );
    this.demand(
      numberOf(newest) === this.truth.number(place) && this.takes(numberOf(newest)),
      "recovers another publication than was stored",
    );
  }

  private take(next: StreamPosition, number: number): void {
    const here = this.position;
    this.demand(
      here !== undefined &&
        next.epoch === here.epoch &&
        next.offset > here.offset &&
        this.mayFollow(here, next),
      `stands at ${show(here)} and hears ${show(next)}`,
    );
    this.demand(
      this.truth.number(next) === number,
      `hears ${number} at ${show(next)}, where another is stored`,
    );
    this.position = next;
  }

  private demand(holds: boolean, otherwise: string): void {
    if (!holds) throw new Violation(`${this.who} ${otherwise}`);
  }
}

function numberOf(publication: Publication | undefined): number | undefined {
  return publication?.content.kind === "json" ? Number(publication.content.text) : undefined;
}

export function show(position: StreamPosition | undefined): string {
  return position === undefined ? "nowhere" : `${position.epoch}/${position.offset}`;
}
