/** What is wrong with a configuration: where, and why, in words for the person who wrote it. */
export interface Fault {
  /** Path of the option, name of the environment variable, or name of the file. */
  readonly path: string;
  readonly message: string;
}

/** Keys and positions from the top of the configuration down. */
export type OptionPath = readonly (string | number)[];

/** `apps[0].previous[1].key` */
export function pathText(path: OptionPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** A fault as a line of output. */
export function faultText(fault: Fault): string {
  return fault.path === "" ? fault.message : `${fault.path}: ${fault.message}`;
}

/** Names the kind of a value, and shows it where that is short and nobody's secret. */
export function shown(value: unknown, secret: boolean): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "object":
      return "an object";
    case "string":
      return secret ? "this string" : value.length <= 60 ? JSON.stringify(value) : "a long string";
    case "number":
      return secret ? "a number" : String(value);
    case "boolean":
      return secret ? "a boolean" : String(value);
    default:
      return `a ${typeof value}`;
  }
}
