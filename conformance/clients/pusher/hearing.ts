import type { FieldClient, Line } from "./field-client.ts";

type OfKind<Kind extends Line["kind"]> = Extract<Line, { readonly kind: Kind }>;

/** What clients hear of data: a value, or the text of one. */
export function value(data: unknown): unknown {
  return typeof data === "string" ? JSON.parse(data) : data;
}

/** One client of the field, and what the tests wait for. */
export class Hearing implements AsyncDisposable {
  constructor(readonly client: FieldClient) {}

  /** The first line of a kind that fits, past or to come, after as many lines as `from`; throws where the client ends without it. */
  async line<Kind extends Line["kind"]>(
    kind: Kind,
    fits: (line: OfKind<Kind>) => boolean = () => true,
    from = 0,
  ): Promise<OfKind<Kind>> {
    const { lines } = this.client;
    const isIt = (line: { readonly kind: string }): line is OfKind<Kind> =>
      line.kind === kind && fits(line as OfKind<Kind>);
    const found = await lines.first(
      (line) => line.kind === "ended" || (isIt(line) && lines.all.indexOf(line, from) >= 0),
    );
    if (isIt(found)) return found;
    throw new Error(`it ended: ${JSON.stringify(found)}, having said ${JSON.stringify(lines.all)}`);
  }

  /** How many lines there are now: what comes later is looked for from here. */
  get now(): number {
    return this.client.lines.all.length;
  }

  /** Resolves with where to look from for what comes after: a client may say late what was before. */
  async connected(from = 0): Promise<number> {
    const line = await this.line("state", ({ state }) => state === "connected", from);
    return this.client.lines.all.indexOf(line, from) + 1;
  }

  async subscribe(channel: string, ...events: readonly string[]): Promise<OfKind<"subscribed">> {
    this.client.tell({ do: "subscribe", channel, events });
    return this.line("subscribed", (line) => line.channel === channel);
  }

  event(channel: string, event: string, from = 0): Promise<OfKind<"event">> {
    return this.line("event", (line) => line.channel === channel && line.event === event, from);
  }

  /** The lines of a kind so far. */
  all<Kind extends Line["kind"]>(kind: Kind): readonly OfKind<Kind>[] {
    return this.client.lines.all.filter((line): line is OfKind<Kind> => line.kind === kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
  }
}
