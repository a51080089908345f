import { movesByArrows } from "../shell/arrow-keys.ts";
import { part } from "../shell/dom.ts";
import { frameItem } from "./frame-item.ts";
import { HoldingList } from "../shell/holding-list.ts";
import { messageItem } from "./message-item.ts";
import { showProblem } from "../shell/problem.ts";
import type { SocketReport } from "./traced-socket.ts";
import type { LinkState, Wire, WireClient, WireEvents } from "./wire.ts";

/** What one wire's client shows and offers: its connection, what it hears, what it may say, its frames. */
export class WireCard {
  readonly events: WireEvents;
  private joined: string | undefined;
  private linked = true;
  /** A message that was sent before the channel was joined. */
  private sendWhenJoined: (() => void) | undefined;
  private closure: { readonly code: number; readonly reason: string } | undefined;
  private readonly messages: HoldingList;
  private readonly frames: HoldingList;
  private readonly state: HTMLElement;
  private readonly problem: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private readonly hint: HTMLElement;
  private readonly whoami: HTMLElement;

  constructor(
    private readonly wire: Wire,
    private readonly user: string,
    /** Why the client may only listen on a channel; empty where it may send. */
    private readonly whyMute: (channel: string) => string,
    showMembers: WireEvents["members"],
  ) {
    this.messages = new HoldingList(part(`[data-messages="${wire}"]`, HTMLOListElement), "message");
    const frames = part(`[data-frames="${wire}"]`, HTMLOListElement);
    this.frames = new HoldingList(frames, "frame");
    if (frames.parentElement !== null) movesByArrows(frames.parentElement);
    this.state = part(`[data-wire="${wire}"] [data-state]`, HTMLElement);
    this.problem = part(`[data-problem="${wire}"]`, HTMLElement);
    this.input = part(`#${wire}-input`, HTMLInputElement);
    this.button = part(`#${wire}-send`, HTMLButtonElement);
    this.hint = part(`#${wire}-hint`, HTMLElement);
    this.whoami = part(`[data-whoami="${wire}"]`, HTMLElement);
    this.events = {
      link: (state) => {
        this.showLink(state);
      },
      joined: (channel) => {
        this.showJoined(channel);
      },
      members: showMembers,
      heard: (message) => {
        this.messages.add(messageItem(message));
      },
      problem: (problem) => {
        showProblem(this.problem, problem);
      },
    };
  }

  /** For the socket of this wire's client. */
  readonly report = (what: SocketReport): void => {
    if (what.kind === "closed") this.closure = { code: what.code, reason: what.reason };
    this.frames.add(frameItem(this.wire, what));
  };

  readonly lastClosure = (): { readonly code: number; readonly reason: string } | undefined => this.closure;

  /** Another channel has other messages. */
  forgetMessages(): void {
    this.messages.clear();
    this.sendWhenJoined = undefined;
    this.hint.textContent = "";
  }

  /** The form sends what is written in it, and is empty again when it went out. */
  sendsBy(client: WireClient): void {
    part(`#${this.wire}-form`, HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text === "" || this.button.disabled) return;
      if (this.joined === undefined) {
        this.sendWhenJoined = () => {
          this.send(client, text);
        };
        this.hint.textContent = "Goes out as soon as the channel is joined.";
        return;
      }
      this.send(client, text);
    });
  }

  private send(client: WireClient, text: string): void {
    void client.send(text).then((problem) => {
      showProblem(this.problem, problem);
      if (problem === undefined && this.input.value.trim() === text) this.input.value = "";
    });
  }

  private showLink(state: LinkState): void {
    if (this.state.dataset["state"] === state) return;
    this.state.dataset["state"] = state;
    this.state.textContent = state;
    this.linked = state !== "off";
    this.showJoined(this.joined);
  }

  private showJoined(channel: string | undefined): void {
    this.joined = channel;
    const mute = channel === undefined ? "" : this.whyMute(channel);
    this.button.disabled = !this.linked || mute !== "";
    if (channel === undefined) this.whoami.textContent = "not joined";
    else this.whoami.textContent = mute === "" ? `joined as ${this.user}` : "joined to listen";
    if (channel === undefined) return;
    this.hint.textContent = mute;
    const waiting = this.sendWhenJoined;
    this.sendWhenJoined = undefined;
    if (mute === "") waiting?.();
  }
}
