/** One scrape of `/metrics`. */
export class Scrape {
  private constructor(private readonly samples: readonly Sample[]) {}

  static async of(url: string): Promise<Scrape> {
    const response = await fetch(`${url}/metrics`);
    if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
    const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Scrape(lines.map(sample));
  }

  /** The sum of all samples of a name that carry the labels; 0 where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples
      .filter(
        (one) =>
          one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      )
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** Refusals and closes of a source for a reason. */
  counted(source: string, reason: string): number {
    return (
      this.value("twinwire_refusals_total", { source, reason }) +
      this.value("twinwire_closes_total", { wire: source, reason })
    );
  }

  /** What was refused or closed since an earlier scrape, by source and reason: what a failing test shows. */
  grownSince(before: Scrape): Readonly<Record<string, number>> {
    const earlier = before.reasons();
    const grown = Object.entries(this.reasons()).map(
      ([key, count]) => [key, count - (earlier[key] ?? 0)] as const,
    );
    return Object.fromEntries(grown.filter(([, count]) => count > 0));
  }

  private reasons(): Readonly<Record<string, number>> {
    const reasons: Record<string, number> = {};
    for (const { labels, value } of this.samples) {
      const { source = labels["wire"] ?? "", reason } = labels;
      if (reason !== undefined)
        reasons[`${source} ${reason}`] = (reasons[`${source} ${reason}`] ?? 0) + value;
    }
    return reasons;
  }

  get defects(): number {
    return this.value("twinwire_defects_total");
  }
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function sample(line: string): Sample {
  const match = /^([a-zA-Z0-9_:]+)(?:\{(.*)\})? (\S+)/.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const labels = [...(match[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name: match[1] ?? "",
    labels: Object.fromEntries(labels.map(([, key = "", value = ""]) => [key, value])),
    value: Number(match[3]),
  };
}
