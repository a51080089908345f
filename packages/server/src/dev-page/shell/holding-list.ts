import { part } from "./dom.ts";

/** Items that a list keeps; the oldest goes first. */
const bound = 100;

/**
 * A list of fixed height whose newest item is on top. It holds still while somebody reads it: the pointer or the focus
 * is in it, or an item is open. What came meanwhile is counted beside it, and goes in when the reader is done.
 */
export class HoldingList {
  private readonly scroll: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly held: HTMLButtonElement;
  private waiting: HTMLElement[] = [];
  /** What came since the list holds; more than the newest of it does not wait. */
  private arrived = 0;
  private hovered = false;

  constructor(
    private readonly list: HTMLOListElement,
    private readonly noun: string,
    private readonly nouns = `${noun}s`,
  ) {
    const stack = list.closest("[data-holding]");
    const scroll = list.parentElement;
    if (stack === null || scroll === null)
      throw new Error("a holding list stands in its scroll and its stack");
    this.scroll = scroll;
    this.empty = part("[data-empty]", HTMLElement, stack);
    this.held = part("[data-held]", HTMLButtonElement, stack);
    this.held.addEventListener("click", () => {
      this.flush();
      scroll.scrollTop = 0;
    });
    scroll.addEventListener("pointerenter", () => (this.hovered = true));
    scroll.addEventListener("pointerleave", () => {
      this.hovered = false;
      this.settle();
    });
    // After the focus has moved, not before: only then is it known where to.
    scroll.addEventListener("focusout", () => {
      queueMicrotask(() => {
        this.settle();
      });
    });
    scroll.addEventListener(
      "toggle",
      () => {
        this.settle();
      },
      true,
    );
  }

  add(item: HTMLElement): void {
    this.waiting.push(item);
    this.arrived += 1;
    if (this.waiting.length > bound) this.waiting.shift();
    this.settle();
  }

  /** Forgets all of it, what is held back too. */
  clear(): void {
    this.waiting = [];
    this.arrived = 0;
    this.list.replaceChildren();
    this.held.hidden = true;
    this.empty.hidden = false;
  }

  private get isRead(): boolean {
    return (
      this.hovered ||
      this.scroll.contains(document.activeElement) ||
      this.list.querySelector("details[open]") !== null
    );
  }

  private settle(): void {
    if (this.waiting.length === 0) return;
    if (this.list.childElementCount > 0 && this.isRead) this.count();
    else this.flush();
  }

  private count(): void {
    const { arrived, waiting } = this;
    const which = arrived > waiting.length ? ` the newest ${waiting.length}` : "";
    this.held.hidden = false;
    this.held.textContent = `${arrived} new ${arrived === 1 ? this.noun : this.nouns} held back: show${which}`;
  }

  private flush(): void {
    this.list.prepend(...this.waiting.reverse());
    this.waiting = [];
    this.arrived = 0;
    while (this.list.childElementCount > bound) this.list.lastElementChild?.remove();
    this.held.hidden = true;
    this.empty.hidden = true;
  }
}
