import { eachMember, elements, member } from "../../../json-text/slices.ts";

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The whole text as parameters; undefined where it is no JSON object. */
export function parseParams(text: string): Params | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) ? new Params(text, value) : undefined;
}

export function noParams(): Params {
  return new Params("{}", {});
}

const nothing: readonly string[] = [];
const unsigned = /^\d{1,20}$/;

/**
 * A JSON object, read field by field. What is absent or null has the zero value of its type, as in Centrifugo; a field
 * of another type makes the whole `faulty`, and reads as zero.
 */
export class Params {
  private fault = false;

  /** @param text the JSON text that `values` was parsed from */
  constructor(
    private readonly text: string,
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly within?: Params,
  ) {}

  /** Some field that was read so far, here or in an object within, has another type than it should. */
  faulty(): boolean {
    return this.fault;
  }

  has(name: string): boolean {
    const value = this.values[name];
    return value !== undefined && value !== null;
  }

  string(name: string): string {
    const value = this.values[name];
    if (typeof value === "string") return value;
    return this.absent(value, "");
  }

  stringOrInteger(name: string): string | number | undefined {
    const value = this.values[name];
    if (typeof value === "string" || (typeof value === "number" && Number.isInteger(value))) return value;
    return this.absent(value, undefined);
  }

  flag(name: string): boolean {
    const value = this.values[name];
    if (typeof value === "boolean") return value;
    return this.absent(value, false);
  }

  integer(name: string): number {
    const value = this.values[name];
    if (typeof value === "number" && Number.isInteger(value)) return value;
    return this.absent(value, 0);
  }

  /** An integer that is not negative, and that a number holds exactly. */
  count(name: string): number {
    const value = this.integer(name);
    return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : this.absent(value, 0);
  }

  /** An integer of up to 64 bits that is not negative, exactly as it was written. */
  uint64(name: string): bigint {
    if (!this.has(name)) return 0n;
    const text = this.raw(name) ?? "";
    const value = unsigned.test(text) ? BigInt(text) : BigInt(this.count(name));
    return value < 2n ** 64n ? value : this.absent(text, 0n);
  }

  strings(name: string): readonly string[] {
    const value = this.values[name];
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
    return this.absent(value, nothing);
  }

  /** A map of strings; undefined where it is empty. */
  map(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.values[name];
    if (!isStringMap(value)) return this.absent(value, undefined);
    return Object.keys(value).length === 0 ? undefined : value;
  }

  /** Any value, as the text it came in; `null` is a value. */
  raw(name: string): string | undefined {
    return this.values[name] === undefined ? undefined : member(this.text, name);
  }

  object(name: string): Params | undefined {
    const value = this.values[name];
    if (isObject(value)) return new Params(member(this.text, name) ?? "", value, this);
    return this.absent(value, undefined);
  }

  /** The members of an object, each an object itself; what is no object is left out, and makes the whole faulty. */
  members(name: string): readonly (readonly [string, Params])[] {
    const whole = this.object(name);
    if (whole === undefined) return [];
    // In one go: there may be thousands, and each would be looked for from the beginning.
    const texts = new Map<string, string>();
    eachMember(whole.text, (key, text) => texts.set(key, text));
    return Object.entries(whole.values).flatMap(([key, value]) => {
      if (isObject(value)) return [[key, new Params(texts.get(key) ?? "", value, whole)] as const];
      whole.complain();
      return [];
    });
  }

  objects(name: string): readonly Params[] {
    const value = this.values[name];
    if (!Array.isArray(value)) return this.absent(value, []);
    const texts = elements(member(this.text, name) ?? "");
    return value.flatMap((one: unknown, i) => {
      if (isObject(one)) return [new Params(texts[i] ?? "", one, this)];
      this.complain();
      return [];
    });
  }

  private absent<T>(value: unknown, zero: T): T {
    if (value !== undefined && value !== null) this.complain();
    return zero;
  }

  private complain(): void {
    this.fault = true;
    this.within?.complain();
  }
}

function isStringMap(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === "string");
}
