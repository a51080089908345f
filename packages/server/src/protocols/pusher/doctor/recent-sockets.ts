import type { App } from "../../../core/app.ts";

const kept = 32;
const looked = 32;

/** Socket ids of connections that have ended lately: clients that come back with an old signature name one of them. */
export class RecentSockets {
  private readonly ids: string[] = [];
  private next = 0;

  add(socketId: string): void {
    this.ids[this.next] = socketId;
    this.next = (this.next + 1) % kept;
  }

  /** Those, and some of the connections that are open: a page may have two. Not more than 64, without `own`. */
  *around(app: App, own: string): Generator<string> {
    for (const id of this.ids) if (id !== own) yield id;
    let left = looked;
    for (const { handle } of app.sessions()) {
      if (left === 0) return;
      left -= 1;
      if (handle !== own) yield handle;
    }
  }
}
