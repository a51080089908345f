import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";

export type LinkState = "connecting" | "connected" | "cut" | "off";

/** The state of the connection in the header. */
export class LinkView {
  private readonly state = part('[data-wire="centrifugo"] [data-state]', HTMLElement);

  show(state: LinkState): void {
    if (this.state.dataset["state"] === state) return;
    this.state.dataset["state"] = state;
    this.state.textContent = state;
  }
}
