const isoText = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * A point in time as both mobile apps read it: UTC, six fraction digits, `Z` (pusher-protocol 8.6). iOS takes any
 * other text for the present moment. ISO text keeps its microseconds; it must name its zone.
 *
 * @throws TypeError when the date is invalid, or the text is no ISO date with time and zone.
 */
export function wireDate(value: Date | string): string {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError("The date is invalid");
    return value.toISOString().replace("Z", "000Z");
  }
  const [, seconds, fraction = "", zone] = isoText.exec(value) ?? [];
  const instant = seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone ?? ""}`);
  if (Number.isNaN(instant)) throw new TypeError("The text is no ISO date with time and zone");
  const utc = new Date(instant).toISOString().slice(0, "yyyy-MM-ddTHH:mm:ss".length);
  return `${utc}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}
