/**
 * Makes a list of frames one stop of the Tab key: arrows, Home and End move from frame to frame inside it. A hundred
 * frames would otherwise be a hundred stops before the next card.
 */
export function movesByArrows(scroll: HTMLElement): void {
  scroll.addEventListener("keydown", (event) => {
    const stops = [...scroll.querySelectorAll("summary")];
    const here = stops.findIndex((stop) => stop === document.activeElement);
    const to = target(event.key, here, stops.length - 1);
    // Elsewhere, as in a copy button, the key has its own meaning.
    if (to === undefined || (here < 0 && document.activeElement !== scroll)) return;
    event.preventDefault();
    stops[to]?.focus();
  });
}

function target(key: string, here: number, last: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(here + 1, last);
    case "ArrowUp":
      return Math.max(here - 1, 0);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
