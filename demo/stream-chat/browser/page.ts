import { ask } from "../../../packages/server/src/dev-page/shell/ask.ts";
import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { showProblem } from "../../../packages/server/src/dev-page/shell/problem.ts";
import { startShell } from "../../../packages/server/src/dev-page/shell/start-shell.ts";
import { Activity } from "./activity.ts";
import { Cable } from "./cable.ts";
import { Feed, type Views } from "./feed.ts";
import { LinkView } from "./link-state.ts";
import { Panel } from "./panel.ts";
import { RoomView } from "./room-view.ts";
import { StreamView } from "./stream-view.ts";
import { viewerId } from "./viewer.ts";
import { WireLog } from "./wire-log.ts";

async function start(): Promise<void> {
  const link = new LinkView();
  try {
    await startShell();
    const viewer = viewerId();
    // Both ends are of one version: the page comes from the server that answers.
    const { websocketPath } = (await ask("/dev/setup")) as { readonly websocketPath: string };
    const wire = new WireLog();
    const cable = new Cable(wire.report);
    const views: Views = {
      link,
      chat: new RoomView("chat", viewer),
      limited: new RoomView("limited", viewer),
      stream: new StreamView(),
      activity: new Activity(),
    };
    const feed = new Feed(views, {
      cable,
      fetch: wire.fetchThrough(() => cable.isPlugged),
      token: `viewer-${viewer}`,
      websocketPath,
      lastClosure: () => wire.lastClosure,
    });
    const panel = new Panel({
      viewer,
      newest: (room) => (room === "subscribers" ? views.limited : views.chat).newest,
      plug: (plugged) => {
        if (plugged) cable.plug();
        else cable.pull();
        feed.plugged();
      },
      accessChanged: () => {
        feed.refresh();
      },
      tokensChanged: () => {
        feed.start();
      },
    });
    await panel.load();
    feed.start();
  } catch (cause) {
    link.show("off");
    showProblem(part("#page-problem", HTMLElement), {
      what: "The chat has not started.",
      why: `The server's settings could not be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      next: "Open the page as http://localhost with the server's port, and look whether npm start still runs.",
    });
  }
}

void start();
