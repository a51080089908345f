/** A decimal number in units of its nineteenth place, so that two of them compare exactly. */
export type Decimal = bigint;

const places = 19;
/** Characters; what is longer is no number. */
const longest = 200;
const form = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Undefined where the text is no decimal, or has more than nineteen places. */
export function decimalOf(text: string): Decimal | undefined {
  if (text.length > longest) return undefined;
  const [, sign, whole, fraction = ""] = form.exec(text) ?? [];
  if (whole === undefined || fraction.length > places) return undefined;
  const value = BigInt(whole + fraction.padEnd(places, "0"));
  return sign === "-" ? -value : value;
}
