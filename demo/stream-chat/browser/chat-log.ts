import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";

/** Messages that stay in the page; the oldest goes first. */
const bound = 200;
/** Pixels from the end that still count as being at it. */
const slack = 16;

/**
 * A chat: the newest message is at the bottom, and the list follows it. It stays where it is while somebody reads: the
 * pointer or the focus is in it, or it was scrolled up. What came meanwhile is below, and a button says how much.
 */
export class ChatLog {
  private readonly scroll: HTMLElement;
  private readonly list: HTMLOListElement;
  private readonly empty: HTMLElement;
  private readonly more: HTMLButtonElement;
  private readonly items = new Map<number, HTMLLIElement>();
  private hovered = false;
  /** Whether the reader was at the end when last asked. */
  private atEnd = true;
  private unread = 0;

  constructor(stack: HTMLElement) {
    this.scroll = part(".scroll", HTMLElement, stack);
    this.list = part("ol", HTMLOListElement, stack);
    this.empty = part("[data-empty]", HTMLElement, stack);
    this.more = part("[data-more]", HTMLButtonElement, stack);
    this.more.addEventListener("click", () => {
      this.toEnd();
    });
    this.watchReader();
  }

  /** The newest that is `still` as wanted. */
  newest(still: (item: HTMLLIElement) => boolean): number | undefined {
    return [...this.items].findLast(([, item]) => still(item))?.[0];
  }

  has(id: number): boolean {
    return this.items.has(id);
  }

  add(id: number, item: HTMLLIElement): void {
    if (this.items.has(id)) return;
    this.items.set(id, item);
    this.list.append(item);
    this.empty.hidden = true;
    this.trim();
    if (this.isRead) this.showUnread(this.unread + 1);
    else this.toEnd();
  }

  /** What `change` does to a message leaves it as high as it was, so that nothing below or above moves. */
  change(id: number, change: (item: HTMLLIElement) => void): void {
    const item = this.items.get(id);
    if (item === undefined) return;
    item.style.minHeight = `${item.offsetHeight}px`;
    change(item);
  }

  private get isRead(): boolean {
    return !this.atEnd || this.hovered || this.scroll.contains(document.activeElement);
  }

  private watchReader(): void {
    const { scroll } = this;
    scroll.addEventListener("scroll", () => {
      this.atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight <= slack;
      if (this.atEnd) this.showUnread(0);
    });
    scroll.addEventListener("pointerenter", ({ pointerType }) => {
      // A finger has left again before it says so; where it scrolled to tells whether somebody reads.
      this.hovered = pointerType === "mouse";
    });
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
    // What a problem takes of the list's room must not hide the newest message.
    new ResizeObserver(() => {
      this.settle();
    }).observe(scroll);
  }

  private settle(): void {
    if (!this.isRead) this.toEnd();
  }

  private toEnd(): void {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.atEnd = true;
    this.showUnread(0);
  }

  private showUnread(count: number): void {
    this.unread = count;
    this.more.hidden = count === 0;
    if (count > 0) this.more.textContent = `${count} new message${count === 1 ? "" : "s"}`;
  }

  /** While somebody reads, twice as many stay, and what goes even then takes its height from the scroll position. */
  private trim(): void {
    const most = this.isRead ? bound * 2 : bound;
    while (this.list.childElementCount > most) {
      const before = this.scroll.scrollHeight;
      const oldest = this.list.firstElementChild;
      oldest?.remove();
      for (const [id, item] of this.items) if (item === oldest) this.items.delete(id);
      if (this.isRead) this.scroll.scrollTop -= before - this.scroll.scrollHeight;
    }
  }
}
