const isoText = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * A point in time as both mobile apps read it: UTC, six fraction digits, `Z` (pusher-protocol 8.6). iOS takes any
 * other text for the present moment. ISO text keeps its microseconds; it must name its zone.
 *
 * @throws TypeError when the date is invalid or outside the years 0 to 9999, or the text is no ISO date with time
 * and zone.
 */
export function wireDate(value: Date | string): string {
  if (value instanceof Date) return `${utc(value, "The date is invalid").slice(0, -1)}000Z`;
  const [, day = "", time = "", fraction = "", zone = ""] = isoText.exec(value) ?? [];
  const otherwise = "The text is no ISO date with time and zone";
  // A 30th of February would be read as the 1st of March.
  if (!utc(new Date(`${day}T00:00:00Z`), otherwise).startsWith(day)) throw new TypeError(otherwise);
  const instant = utc(new Date(`${day}${time}${zone}`), otherwise);
  return `${instant.slice(0, "yyyy-MM-ddTHH:mm:ss".length)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** With milliseconds; a year outside 0 to 9999 would have a sign and six digits. */
function utc(date: Date, otherwise: string): string {
  if (Number.isNaN(date.getTime())) throw new TypeError(otherwise);
  const text = date.toISOString();
  if (!/^\d/.test(text)) throw new TypeError("The date is outside the years 0 to 9999");
  return text;
}
