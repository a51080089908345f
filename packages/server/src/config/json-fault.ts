/** No configuration has so many levels, and this scanner calls itself for each. */
const deepest = 500;

/** Bun's JSON parsers do not say where a text goes wrong, and quote it, secrets too: this finds the place, and quotes nothing. */
class Scanner {
  at = 0;
  #depth = 0;
  expected: string | undefined;

  constructor(private readonly text: string) {}

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  #space(): void {
    this.#match(/(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);
  }

  #fail(expected: string): false {
    this.expected ??= expected;
    return false;
  }

  whole(): boolean {
    if (!this.#value()) return false;
    return this.at === this.text.length || this.#fail("nothing behind the end");
  }

  #value(): boolean {
    if (this.#depth === deepest) return this.#fail(`no more than ${deepest} levels`);
    this.#depth += 1;
    const good = this.#shallow();
    this.#depth -= 1;
    return good;
  }

  #shallow(): boolean {
    this.#space();
    const good = this.#match(/\{/y)
      ? this.#items("}", () => this.#member())
      : this.#match(/\[/y)
        ? this.#items("]", () => this.#value())
        : this.#string() || this.#match(/true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (!good) return this.#fail("a value");
    this.#space();
    return true;
  }

  #string(): boolean {
    return this.#match(/"(?:[^"\\\n]|\\.)*"/y);
  }

  #member(): boolean {
    if (!this.#string()) return this.#fail("a name in double quotes");
    this.#space();
    return this.#match(/:/y) ? this.#value() : this.#fail('":" behind the name');
  }

  #items(end: "}" | "]", item: () => boolean): boolean {
    const ends = end === "}" ? /\}/y : /\]/y;
    for (this.#space(); !this.#match(ends); this.#space()) {
      if (!item()) return false;
      if (this.#match(/,/y)) continue;
      if (this.#match(ends)) return true;
      return this.#fail(`"," or "${end}"`);
    }
    return true;
  }
}

/** Where JSON with comments goes wrong, and what was expected there; undefined where it does not. */
export function jsonFault(text: string): string | undefined {
  const scanner = new Scanner(text);
  if (scanner.whole()) return undefined;
  const before = text.slice(0, scanner.at).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `line ${before.length}, column ${column}: expected ${scanner.expected ?? "a value"}`;
}
