// From the rounds to the table: medians, paired ratios, and how much of the limit is used.

export function median(values) {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const digits = (value) => (value >= 100 ? 0 : value >= 10 ? 1 : 2);
const amount = (value, unit) => (value === undefined ? "–" : `${value.toFixed(digits(value))} ${unit}`);

/**
 * `rounds` is a list of { subject: { value: number } }. Ratios are taken within a round, before the median: to the
 * prototype, or to the subject that the row names as `beside`.
 */
export function evaluate(row, rounds) {
  const of = (subject) => rounds.map((round) => round[subject]?.[row.value]);
  const mine = of(row.subject);
  const beside = of(row.beside ?? "prototype");
  const measured = median(mine);
  const ratios = mine.map((value, i) => (value === undefined || !beside[i] ? undefined : value / beside[i]));
  const ratio = median(ratios);
  const { max, times } = row.limit ?? {};
  const used = max ? (measured ?? NaN) / max : times ? (ratio ?? NaN) / times : NaN;
  const known = ratios.filter((value) => value !== undefined);
  const spread =
    known.length > 1 ? ` (${Math.min(...known).toFixed(2)}–${Math.max(...known).toFixed(2)})` : "";
  return {
    over: used > 1,
    cells: [
      row.measure,
      amount(median(of("floor")), row.unit),
      amount(median(beside), row.unit),
      amount(measured, row.unit),
      ratio === undefined ? "–" : `${ratio.toFixed(2)}x${spread}`,
      max ? amount(max, row.unit) : times ? `${times}x` : "reported",
      Number.isNaN(used) ? "–" : `${Math.round(used * 100)} %${used > 1 ? " OVER" : ""}`,
    ],
  };
}

const HEAD = ["measure", "floor", "beside", "Twinwire", "ratio", "limit", "of the limit"];

/** Markdown, with the columns aligned. */
export function table(rows) {
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
