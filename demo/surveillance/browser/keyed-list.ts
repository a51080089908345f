/** An element that shows one item, and takes what becomes of it. */
export interface Row<Item> {
  readonly element: HTMLElement;
  show(item: Item): void;
}

/** A list whose elements stay the same while their items do: the focus stays where it is, and nothing blinks. */
export class KeyedList<Item> {
  private readonly rows = new Map<string, Row<Item>>();

  constructor(
    private readonly list: HTMLElement,
    private readonly key: (item: Item) => string,
    private readonly row: (item: Item) => Row<Item>,
  ) {}

  show(items: readonly Item[]): void {
    const wanted = new Set(items.map(this.key));
    for (const [key, { element }] of this.rows) {
      if (wanted.has(key)) continue;
      element.remove();
      this.rows.delete(key);
    }
    let before: Element | null = this.list.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const row = this.rows.get(key) ?? this.row(item);
      this.rows.set(key, row);
      row.show(item);
      if (row.element === before) before = before.nextElementSibling;
      else this.list.insertBefore(row.element, before);
    }
  }
}
