import type { ChatMessage } from "@twinwire/vk-live";
import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { showProblem, type Problem } from "../../../packages/server/src/dev-page/shell/problem.ts";
import { ChatLog } from "./chat-log.ts";
import { chatMessage, isDeleted, showDeleted } from "./chat-message.ts";

/** How the viewer stands to a chat. No access is no error: the channel is meant to be like that. */
export type Access = "asking" | "open" | "no-access" | "cut" | "error";

const words: Readonly<Record<Access, string>> = {
  asking: "asking",
  open: "open",
  "no-access": "no access",
  cut: "cut",
  error: "error",
};

/** A chat of the page: its messages, whether they come, and if not, why. */
export class RoomView {
  private readonly log: ChatLog;
  private readonly access: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly notice: HTMLElement | null;

  /** @param id "chat" or "limited": the beginning of the ids in the markup. */
  constructor(
    id: "chat" | "limited",
    private readonly viewer: number,
  ) {
    this.log = new ChatLog(part(`#${id}`, HTMLElement));
    this.access = part(`#${id}-access`, HTMLElement);
    this.problem = part(`#${id}-problem`, HTMLElement);
    this.notice = document.querySelector<HTMLElement>(`#${id}-notice`);
  }

  /** The newest message that was not deleted. */
  get newest(): number | undefined {
    return this.log.newest((item) => !isDeleted(item));
  }

  /** @param name The channel on the wire, once it is known. */
  showAccess(access: Access, name = ""): void {
    this.access.dataset["access"] = access;
    this.access.textContent = name === "" ? words[access] : `${words[access]}: ${name}`;
    if (this.notice !== null) this.notice.hidden = access !== "no-access";
  }

  /** Nothing comes, for now. A chat without access has nothing to lose. */
  cut(): void {
    if (this.access.dataset["access"] !== "no-access") this.showAccess("cut");
  }

  showProblem(problem: Problem | undefined): void {
    showProblem(this.problem, problem);
  }

  said(message: ChatMessage): void {
    // The client has dropped what came twice by its id; a message that is here already is no new one.
    if (!this.log.has(message.id)) this.log.add(message.id, chatMessage(message, this.viewer));
  }

  deleted(id: number): void {
    this.log.change(id, showDeleted);
  }
}
