import { element, part } from "./dom.ts";

/** A page of the site that the header leads to. */
export interface PageLink {
  readonly path: string;
  readonly name: string;
}

/** Fills the header's `<nav class="pages">`; where there are no pages it stays hidden. */
export function showsPages(pages: readonly PageLink[]): void {
  if (pages.length === 0) return;
  const nav = part("nav.pages", HTMLElement);
  const links = pages.map(({ path, name }) => {
    const link = element("a", { href: path }, name);
    if (path === location.pathname) link.setAttribute("aria-current", "page");
    return element("li", {}, link);
  });
  const list = element("ul", { id: "pages-list", role: "list" }, ...links);
  const here = pages.find(({ path }) => path === location.pathname)?.name ?? "Pages";
  const opener = element(
    "button",
    { class: "pages-open", type: "button", "aria-expanded": "false", "aria-controls": list.id },
    element("span", { class: "unseen" }, "Pages, here: "),
    element("span", { class: "pages-here" }, here),
  );
  nav.replaceChildren(opener, list);
  nav.hidden = false;
  opensBy(nav, opener);
}

/** On a phone the list opens under the header; it closes by Escape, and when the reader goes elsewhere. */
function opensBy(nav: HTMLElement, opener: HTMLButtonElement): void {
  const set = (open: boolean): void => {
    opener.setAttribute("aria-expanded", String(open));
  };
  opener.addEventListener("click", () => {
    set(opener.getAttribute("aria-expanded") !== "true");
  });
  nav.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || opener.getAttribute("aria-expanded") !== "true") return;
    set(false);
    opener.focus();
  });
  nav.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && nav.contains(relatedTarget))) set(false);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Node && nav.contains(target))) set(false);
  });
}
