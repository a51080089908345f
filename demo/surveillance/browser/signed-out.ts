import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";

/** What stands in the console's place while nobody is signed in. */
export class SignedOut {
  private readonly card = part("#signed-out", HTMLElement);
  private readonly title = part("#signed-out-title", HTMLElement);
  private readonly why = part("#signed-out-why", HTMLElement);
  private readonly problem = part("#sign-in-problem", HTMLElement);
  private readonly user = part("#sign-in-user", HTMLSelectElement);

  constructor(signIn: (user: number) => void) {
    part("#sign-in", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      signIn(Number(this.user.value));
    });
  }

  /** `user` is who was signed in, and is likely to come back. */
  show(why: string, user: number): void {
    this.user.value = String(user);
    this.why.textContent = `${why} Sign in again to see the cameras.`;
    this.problem.hidden = true;
    this.turn(true);
    // What had the focus is gone.
    this.title.focus();
  }

  failed(why: string): void {
    this.problem.textContent = `Not signed in. ${why} Look whether npm start still runs, and try again.`;
    this.problem.hidden = false;
    this.turn(true);
  }

  hide(): void {
    this.turn(false);
  }

  private turn(isOut: boolean): void {
    this.card.hidden = !isOut;
    for (const part of document.querySelectorAll<HTMLElement>("[data-signed-in]")) part.hidden = isOut;
  }
}
