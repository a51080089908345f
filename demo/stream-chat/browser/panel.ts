import { ask } from "../../../packages/server/src/dev-page/shell/ask.ts";
import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type {
  Action,
  PanelState,
  Room,
  Speaker,
  StreamStep,
  SubscriptionKind,
  TokenLife,
} from "../actions.ts";
import { actionPath } from "../addresses.ts";

/** What the panel has to know of the page, and may do to it. */
export interface PanelPorts {
  readonly viewer: number;
  /** The newest message of a chat that was not deleted; undefined where there is none. */
  newest(room: Room): number | undefined;
  plug(plugged: boolean): void;
  /** The viewer's access is another one now. */
  accessChanged(): void;
  /** Tokens live for another time from now on. */
  tokensChanged(): void;
}

/** The control panel: each control asks the back end for an action, which publishes. */
export class Panel {
  private readonly said = part("#said", HTMLElement);
  private readonly speaker = part("#say-speaker", HTMLSelectElement);
  private readonly room = part("#say-room", HTMLSelectElement);
  private readonly text = part("#say-text", HTMLInputElement);
  private readonly reply = part("#say-reply", HTMLInputElement);
  private readonly title = part("#title-text", HTMLInputElement);
  private readonly access = part("#access", HTMLInputElement);
  private readonly plugged = part("#plugged", HTMLInputElement);
  private readonly tokenLife = part("#token-life", HTMLSelectElement);

  constructor(private readonly ports: PanelPorts) {
    this.submits("#say", () => this.say());
    this.submits("#title", () => this.changeTitle());
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-do]"))
      button.addEventListener("click", () => {
        const action = this.actionOf(button.dataset);
        if (action !== undefined) void this.perform(action);
      });
    this.access.addEventListener("change", () => {
      void this.perform({ do: "access", given: this.access.checked }).then((done) => {
        if (done) ports.accessChanged();
      });
    });
    this.plugged.addEventListener("change", () => {
      ports.plug(this.plugged.checked);
    });
    this.tokenLife.addEventListener("change", () => {
      // The options of the page are those of the actions.
      const seconds = Number(this.tokenLife.value) as TokenLife;
      void this.perform({ do: "token-life", seconds }).then((done) => {
        if (done) ports.tokensChanged();
      });
    });
  }

  /** Shows what the back end holds for this viewer. Rejects where it does not answer. */
  async load(): Promise<void> {
    const state = (await ask(`${actionPath}?viewer=${this.ports.viewer}`)) as PanelState;
    this.show(state);
  }

  private async say(): Promise<void> {
    // The options of the page are those of the actions.
    const room = this.room.value as Room;
    const parent = this.reply.checked ? this.ports.newest(room) : undefined;
    await this.sendFrom(this.text, "write something first", (text) => ({
      do: "message",
      speaker: this.speaker.value as Speaker,
      room,
      text,
      ...(parent === undefined ? {} : { parent }),
    }));
    this.reply.checked = false;
  }

  private async changeTitle(): Promise<void> {
    await this.sendFrom(this.title, "write a title first", (title) => ({ do: "title", title }));
  }

  /** The field is free at once for what comes next; it gets its text back where that was not taken. */
  private async sendFrom(
    field: HTMLInputElement,
    missing: string,
    actionOf: (text: string) => Action,
  ): Promise<void> {
    const text = field.value;
    if (text.trim() === "") {
      this.tell(`Not done: ${missing}.`, true);
      field.focus();
      return;
    }
    field.value = "";
    if (!(await this.perform(actionOf(text))) && field.value === "") field.value = text;
  }

  private actionOf({ do: what, step, status }: DOMStringMap): Action | undefined {
    const speaker = this.speaker.value as Speaker;
    switch (what) {
      case "delete": {
        const room = this.room.value as Room;
        const id = this.ports.newest(room);
        if (id !== undefined) return { do: "delete", room, id };
        this.tell("Nothing to delete: there is no message in that chat.", true);
        return undefined;
      }
      case "follow":
      case "unfollow":
      case "demand":
        return { do: what, speaker };
      case "decide":
        return { do: "decide", status: status === "approved" ? "approved" : "rejected" };
      case "subscription": {
        const kind = part("#subscription-kind", HTMLSelectElement).value as SubscriptionKind;
        return { do: "subscription", kind };
      }
      case "stream":
        return { do: "stream", step: step as StreamStep };
      case "raid":
      case "rename":
      case "cut":
      case "unknown-event":
      case "wrong-payload":
        return { do: what };
      default:
        return undefined;
    }
  }

  /** Whether it was done. What came of it is said at the foot of the panel. */
  private async perform(action: Action): Promise<boolean> {
    try {
      const state = (await ask(`${actionPath}?viewer=${this.ports.viewer}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(action),
      })) as PanelState;
      this.show(state);
      return true;
    } catch (cause) {
      this.tell(`Not done: ${whyNot(cause)}.`, true);
      return false;
    }
  }

  private show({ said, access, tokenLife }: PanelState): void {
    this.access.checked = access;
    this.tokenLife.value = String(tokenLife);
    if (said !== "") this.tell(said, false);
  }

  private tell(text: string, failed: boolean): void {
    this.said.textContent = text;
    this.said.toggleAttribute("data-failed", failed);
  }

  private submits(form: string, send: () => Promise<void>): void {
    part(form, HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void send();
    });
  }
}

function whyNot(cause: unknown): string {
  // What fetch rejects with, in each browser's own words.
  if (cause instanceof TypeError)
    return "nothing answers at this address; if the server has stopped, start it with npm start";
  return cause instanceof Error ? cause.message : String(cause);
}
