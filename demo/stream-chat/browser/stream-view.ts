import { clockTime, part } from "../../../packages/server/src/dev-page/shell/dom.ts";

export type StreamState = "unknown" | "offline" | "live" | "paused";

/** The card of the stream itself. */
export class StreamView {
  private readonly title = part("#stream-title", HTMLElement);
  private readonly owner = part("[data-owner]", HTMLElement);
  private readonly slug = part("[data-slug]", HTMLElement);
  private readonly avatar = part("#stream .avatar", HTMLElement);
  private readonly followers = part("[data-followers]", HTMLElement);
  private readonly state = part("[data-stream-state]", HTMLElement);
  private readonly since = part("[data-stream-since]", HTMLElement);
  private count = 0;

  showChannel(owner: string, slug: string, followers: number): void {
    this.owner.textContent = owner;
    this.slug.textContent = slug;
    this.avatar.textContent = owner.slice(0, 1);
    this.showFollowers(followers);
  }

  showTitle(title: string): void {
    this.title.textContent = title === "" ? "A stream without a title" : title;
    this.title.title = title;
  }

  /** @param since Unix seconds. */
  showState(state: StreamState, since?: number): void {
    this.state.dataset["streamState"] = state;
    this.state.textContent = state;
    this.since.textContent = since === undefined ? "" : `since ${clockTime(new Date(since * 1000))}`;
  }

  followed(by: 1 | -1): void {
    this.showFollowers(this.count + by);
  }

  private showFollowers(count: number): void {
    this.count = Math.max(0, count);
    this.followers.textContent = this.count.toLocaleString("en-GB");
  }
}
