import { ask } from "./ask.ts";
import { part } from "./dom.ts";
import { showsPages, type PageLink } from "./pages.ts";
import { switchesTheme } from "./theme.ts";

/** Brings the header to life on a page of the site: the theme switch, and the way to the other pages. */
export async function startShell(): Promise<void> {
  switchesTheme(part("#theme", HTMLButtonElement));
  // Both ends are of one version: the page comes from the server that answers.
  const { pages } = (await ask("/dev/setup")) as { readonly pages: readonly PageLink[] };
  showsPages(pages);
}
