/** Said in this order: what happened, why, and what to do. */
export interface Problem {
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

/** Shows a problem where one stands, or takes it away. */
export function showProblem(place: HTMLElement, problem: Problem | undefined): void {
  place.hidden = problem === undefined;
  if (problem === undefined) {
    place.replaceChildren();
    return;
  }
  const what = document.createElement("strong");
  what.textContent = problem.what;
  place.replaceChildren(what, ` ${problem.why} ${problem.next}`);
}
