// What Android's Gson does with JSON. It bends more than it refuses: numbers become text, digits become numbers, a
// missing field is null whatever Kotlin says about it. Wrong shapes and overflowing integers it refuses.

export type Gson = "text" | "int" | "real" | "flag" | { readonly [field: string]: Gson } | readonly [Gson];

/** Gson's JsonSyntaxException. */
export class GsonFault extends Error {}

const largestInt = 2_147_483_647;

function scalar(kind: "text" | "int" | "real" | "flag", value: unknown, path: string): unknown {
  switch (kind) {
    case "text":
      if (["string", "number", "boolean"].includes(typeof value)) return String(value);
      break;
    case "flag":
      if (typeof value === "boolean") return value;
      if (typeof value === "string") return value.toLowerCase() === "true";
      break;
    case "int":
    case "real": {
      const number =
        typeof value === "string" && value.trim() !== ""
          ? Number(value)
          : typeof value === "number"
            ? value
            : NaN;
      const fits =
        kind === "real" || (Number.isInteger(number) && number <= largestInt && number >= -largestInt - 1);
      if (Number.isFinite(number) && fits) return number;
      break;
    }
  }
  throw new GsonFault(`${path}: ${kind} expected`);
}

/** The value as Gson reads it; an absent field is null. */
export function fromJson(shape: Gson, value: unknown, path = "$"): unknown {
  if (value === null || value === undefined) return null;
  if (typeof shape === "string") return scalar(shape, value, path);
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) throw new GsonFault(`${path}: BEGIN_ARRAY expected`);
    const [item] = shape as readonly [Gson];
    return value.map((one, at) => fromJson(item, one, `${path}[${at}]`));
  }
  if (typeof value !== "object" || Array.isArray(value))
    throw new GsonFault(`${path}: BEGIN_OBJECT expected`);
  return Object.fromEntries(
    Object.entries(shape).map(([name, inner]) => [
      name,
      fromJson(inner, (value as Record<string, unknown>)[name], `${path}.${name}`),
    ]),
  );
}
