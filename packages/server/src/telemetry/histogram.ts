/** Observations in buckets: plain numbers, summed at the scrape. The library would have us pay for each observation. */
export class Histogram {
  count = 0;
  sum = 0;
  private readonly buckets: number[];

  /** @param bounds upper ones, ascending */
  constructor(private readonly bounds: readonly number[]) {
    this.buckets = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    for (let i = 0; i < this.bounds.length; i += 1) {
      if (value > (this.bounds[i] ?? 0)) continue;
      this.buckets[i] = (this.buckets[i] ?? 0) + 1;
      return;
    }
  }

  /** Its samples in Prometheus' text format. */
  *lines(name: string, label: string): Generator<string> {
    let below = 0;
    for (const [i, bound] of this.bounds.entries()) {
      below += this.buckets[i] ?? 0;
      yield `${name}_bucket{${label},le="${bound}"} ${below}`;
    }
    yield `${name}_bucket{${label},le="+Inf"} ${this.count}`;
    yield `${name}_sum{${label}} ${this.sum}`;
    yield `${name}_count{${label}} ${this.count}`;
  }
}

/** Histograms of one name, by the value of a label. */
export function histogramText(
  named: { readonly name: string; readonly help: string; readonly label: string },
  histograms: Iterable<readonly [string, Histogram]>,
): string {
  const { name, help, label } = named;
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const [value, histogram] of histograms)
    lines.push(...histogram.lines(name, `${label}=${JSON.stringify(value)}`));
  return `${lines.join("\n")}\n`;
}
