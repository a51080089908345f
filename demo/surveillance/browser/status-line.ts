import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";

/** `cut`: gone, and tried again. `refused`: the server does not want this page. `off`: nobody is signed in. */
export type Link = "connecting" | "connected" | "cut" | "refused" | "off";

/** What the line above the console tells of the session. */
export interface Standing {
  readonly user: string;
  readonly socketId: string | undefined;
  readonly renewals: number;
  readonly renewedAt: Date | undefined;
}

/** The connection, in the header as a word, and above the console with what to do. */
export class StatusLine {
  private readonly word = part("[data-wire=pusher] [data-state]", HTMLElement);
  private readonly line = part("#status", HTMLElement);
  private readonly text = part("#status-text", HTMLElement);

  show(link: Link, standing: Standing): void {
    if (this.word.dataset["state"] !== link) {
      this.word.dataset["state"] = link;
      this.word.textContent = link;
    }
    this.line.dataset["state"] = link;
    this.text.replaceChildren(...words(link, standing));
  }
}

function words(link: Link, { user, socketId, renewals, renewedAt }: Standing): readonly (Node | string)[] {
  switch (link) {
    case "connecting":
      return ["Connecting."];
    case "off":
      return ["Not signed in."];
    case "cut":
      return [
        element("strong", {}, "The connection was cut."),
        ` Nothing answers at ${location.host}, or the network is down. What is shown may be old. ` +
          "The page comes back by itself; if the server has stopped, start it with npm start.",
      ];
    case "refused":
      return [
        element("strong", {}, "The server refused the connection."),
        " The reason is among the received pushes. Reload the page: it then asks for the address again.",
      ];
    case "connected": {
      const token =
        renewedAt === undefined
          ? "The token is renewed by itself."
          : `The token was renewed ${renewals === 1 ? "once" : `${renewals} times`}, last at ${clockTime(renewedAt)}.`;
      return [
        "Signed in as ",
        element("strong", {}, user),
        ". ",
        element("span", { class: "quiet" }, `Socket ${socketId ?? "unknown"}. ${token}`),
      ];
    }
  }
}
