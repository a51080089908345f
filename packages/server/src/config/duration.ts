const millisecondsOf: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const wholeDuration = /^([-+]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const onePart = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/**
 * Milliseconds of a Go duration string ("25s", "1m30s", "720h"), of a bare 0, or -1 for anything negative;
 * undefined for what is no duration. Numbers other than 0 and -1 have no unit, so they are none.
 */
export function parseDuration(given: string | number): number | undefined {
  if (given === 0 || given === "0") return 0;
  if (given === -1 || given === "-1") return -1;
  if (typeof given === "number") return undefined;
  const match = wholeDuration.exec(given.trim());
  if (match === null) return undefined;
  const [, sign, parts] = match;
  let total = 0;
  for (const [, amount, unit] of (parts ?? "").matchAll(onePart)) {
    total += Number(amount) * (millisecondsOf[unit ?? ""] ?? Number.NaN);
  }
  if (total === 0) return 0;
  if (sign === "-") return -1;
  // Rounding a short duration down to 0 would turn the option off.
  return Math.max(1, Math.round(total));
}
