import { Events } from "../../../packages/server/test/events.ts";
import type { Answers, Call, Command, Line, Said, SubscriptionTerms, Told } from "./field-client.ts";

/** A program with many clients of one kind. */
export interface Program extends AsyncDisposable {
  tell(told: Told): void;
  /** Hands over each line that any of its clients says; `ended` where the program itself is gone. */
  listen(said: (line: Said) => void, ended: (why: string) => void): void;
}

type OfKind<Kind extends Line["kind"]> = Extract<Line, { readonly kind: Kind }>;
type Subscribed = Extract<Line, { readonly kind: "subscription"; readonly state: "subscribed" }>;
type Connected = Extract<Line, { readonly kind: "state"; readonly state: "connected" }>;
type Ended = { readonly kind: "ended"; readonly said: string };

/** What a call failed with. */
export class Failed extends Error {
  constructor(
    readonly code: number | null,
    message: string,
  ) {
    super(message);
  }
}

/** One client of the field, and what the tests wait for. */
export class Hearing implements AsyncDisposable {
  readonly lines = new Events<Line | Ended>();
  private calls = 0;

  constructor(private readonly told: (command: Command) => void) {}

  /** How many lines there are now: what comes later is looked for from here. */
  get now(): number {
    return this.lines.all.length;
  }

  tell(command: Command): void {
    this.told(command);
  }

  /** The first line that fits, past or to come, after as many lines as `from`; throws where its program ends without it. */
  private async first<T extends Line>(fits: (line: Line) => line is T, from: number): Promise<T> {
    const { lines } = this;
    const isIt = (line: Line | Ended): line is T => line.kind !== "ended" && fits(line);
    const found = await lines.first(
      (line) => line.kind === "ended" || (isIt(line) && lines.all.indexOf(line, from) >= 0),
    );
    if (isIt(found)) return found;
    throw new Error(`it ended: ${JSON.stringify(found)}, having said ${JSON.stringify(lines.all)}`);
  }

  line<Kind extends Line["kind"]>(
    kind: Kind,
    fits: (line: OfKind<Kind>) => boolean = () => true,
    from = 0,
  ): Promise<OfKind<Kind>> {
    const isIt = (line: Line): line is OfKind<Kind> => line.kind === kind && fits(line as OfKind<Kind>);
    return this.first(isIt, from);
  }

  connected(from = 0): Promise<Connected> {
    const isIt = (line: Line): line is Connected => line.kind === "state" && line.state === "connected";
    return this.first(isIt, from);
  }

  subscribed(channel: string, from = 0): Promise<Subscribed> {
    const isIt = (line: Line): line is Subscribed =>
      line.kind === "subscription" && line.state === "subscribed" && line.channel === channel;
    return this.first(isIt, from);
  }

  subscribe(channel: string, terms: SubscriptionTerms = {}): Promise<Subscribed> {
    const from = this.now;
    this.tell({ do: "subscribe", channel, terms });
    return this.subscribed(channel, from);
  }

  async call<C extends Call>(call: C): Promise<Answers[C["method"]]> {
    this.calls += 1;
    const id = this.calls;
    this.tell({ do: "call", id, call });
    const isIt = (line: Line): line is OfKind<"answer"> | OfKind<"failed"> =>
      (line.kind === "answer" || line.kind === "failed") && line.id === id;
    const answer = await this.first(isIt, 0);
    if (answer.kind === "failed") throw new Failed(answer.code, answer.message);
    return answer.result as Answers[C["method"]];
  }

  /** The code that a call fails with; 0 where it does not. */
  async refusal(call: Call): Promise<number | null> {
    try {
      await this.call(call);
      return 0;
    } catch (cause) {
      if (cause instanceof Failed) return cause.code;
      throw cause;
    }
  }

  /** The lines of a kind, after as many as `from`. */
  all<Kind extends Line["kind"]>(kind: Kind, from = 0): readonly OfKind<Kind>[] {
    return this.lines.all.slice(from).filter((line): line is OfKind<Kind> => line.kind === kind);
  }

  /** What was published in a channel, as far as it heard. */
  heard(channel: string): readonly unknown[] {
    return this.all("publication")
      .filter((line) => line.channel === channel)
      .map(({ data }) => data);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.tell({ do: "disconnect" });
    return Promise.resolve();
  }
}

/** The clients of one program. */
export class Clients implements AsyncDisposable {
  private readonly byName = new Map<string, Hearing>();
  private made = 0;

  constructor(private readonly program: Program) {
    program.listen(
      ({ client, ...line }) => {
        this.byName.get(client)?.lines.push(line);
      },
      (said) => {
        for (const client of this.byName.values()) client.lines.push({ kind: "ended", said });
      },
    );
  }

  start(terms: Extract<Command, { readonly do: "start" }>["terms"]): Hearing {
    this.made += 1;
    const client = String(this.made);
    const hearing = new Hearing((command) => {
      this.program.tell({ ...command, client });
    });
    this.byName.set(client, hearing);
    hearing.tell({ do: "start", terms });
    return hearing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}
