import { frameItem } from "../../../packages/server/src/dev-page/browser/frame-item.ts";
import type { SocketReport } from "../../../packages/server/src/dev-page/browser/traced-socket.ts";
import { movesByArrows } from "../../../packages/server/src/dev-page/shell/arrow-keys.ts";
import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { frameLine } from "../../../packages/server/src/dev-page/shell/frame-line.ts";
import { HoldingList } from "../../../packages/server/src/dev-page/shell/holding-list.ts";

import type { Closure } from "./cut-problem.ts";

type Asked = "connection" | "subscription";

/** The frames of the socket and the requests of the DevAPI, and how often tokens were asked for. */
export class WireLog {
  private readonly list: HoldingList;
  private closure: Closure | undefined;
  private readonly asked: Record<Asked, number> = { connection: 0, subscription: 0 };

  constructor() {
    const list = part("#frames", HTMLOListElement);
    this.list = new HoldingList(list, "line");
    if (list.parentElement !== null) movesByArrows(list.parentElement);
  }

  /** How the last socket ended. */
  get lastClosure(): Closure | undefined {
    return this.closure;
  }

  readonly report = (what: SocketReport): void => {
    if (what.kind === "closed") this.closure = { code: what.code, reason: what.reason };
    this.list.add(frameItem("centrifugo", what));
  };

  /** A `fetch` that is seen. It sends nothing while `isPlugged` says so. */
  fetchThrough(isPlugged: () => boolean): typeof fetch {
    const through = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      if (!isPlugged()) throw new TypeError("the network is unplugged");
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const name = `${request.method} ${pathname.replace(/^.*(?=\/v1\/)/, "")}`;
      this.line("out", name, decodeURIComponent(search));
      const response = await fetch(request);
      this.line("in", `${response.status} ${name}`, await response.clone().text());
      if (response.ok) this.count(pathname);
      return response;
    };
    return Object.assign(through, { preconnect: fetch.preconnect });
  }

  private line(direction: "in" | "out", name: string, text: string): void {
    const line = frameLine({ direction, name, text });
    this.list.add(element("li", { class: `frame ${direction}`, "data-direction": direction }, line));
  }

  private count(pathname: string): void {
    const what = pathname.endsWith("/websocket/token")
      ? "connection"
      : pathname.endsWith("/websocket/subscription_token")
        ? "subscription"
        : undefined;
    if (what === undefined) return;
    this.asked[what] += 1;
    const place = part(`[data-asked="${what}"]`, HTMLElement);
    place.dataset["times"] = String(this.asked[what]);
    place.textContent = `${this.asked[what]} ×, ${clockTime(new Date())}`;
  }
}
