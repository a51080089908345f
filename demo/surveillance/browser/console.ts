import type { VMSAppSocketData } from "@twinwire/vms";
import { part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { ActionRequest } from "../actions.ts";
import type { Overview } from "../state.ts";
import { AccountCards } from "./account-cards.ts";
import { applyAppPush, type Applied } from "./apply-app-push.ts";
import { applyIntercomPush } from "./apply-intercom-push.ts";
import { CamerasCard } from "./cameras-card.ts";
import { IntercomCard } from "./intercom-card.ts";
import { Live } from "./live.ts";
import { Panel } from "./panel.ts";
import type { Material } from "./panel-lines.ts";
import { PushList } from "./push-list.ts";
import { whyNot, type ConsoleSession } from "./session.ts";
import { StatusLine, type Link } from "./status-line.ts";
import { TimeLine } from "./time-line.ts";
import { emptyView, loaded, type View } from "./view.ts";

/** The signed-in page: what the client hears goes into the view, and the cards show the view. */
export class Console {
  private session: ConsoleSession | undefined;
  private live: Live | undefined;
  private link: Link = "off";
  private view: View = emptyView;
  private others: Pick<Material, "detached" | "sessions"> = { detached: [], sessions: [] };
  private renewals = 0;
  private renewedAt: Date | undefined;
  /** The number of the last question for the state; an older answer is stale. */
  private asked = 0;
  private reloading: Promise<void> | undefined;
  private painting: number | undefined;

  private readonly status = new StatusLine();
  private readonly news = part("#news", HTMLElement);
  private readonly said = part("#panel-said", HTMLElement);
  private readonly pushes = new PushList();
  private readonly panel = new Panel(
    (request, label) => void this.act(request, label),
    (why) => {
      this.said.textContent = `Not published. ${why}`;
    },
  );
  private readonly account = new AccountCards();
  private readonly timeLine = new TimeLine(
    part("#time-line", HTMLElement),
    part("#mark-list", HTMLElement),
    part("#marks-empty", HTMLElement),
  );
  private readonly cameras = new CamerasCard(({ id, isFavorite }) => {
    void this.star(id, !isFavorite);
  });
  private readonly intercoms = new IntercomCard({
    answer: ({ id }) => void this.act({ action: "call-answer", about: id }, "Calls, Answer"),
    cancel: ({ id }) => void this.act({ action: "call-cancel", about: id }, "Calls, Cancel"),
  });

  constructor(private readonly loggedOut: (why: string, user: number) => void) {
    // Logins come without a push: the list is fresh when somebody is about to look.
    const line = part("#panel [data-line=logout]", HTMLElement);
    line.addEventListener("pointerenter", () => void this.reload());
    line.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLSelectElement) void this.reload();
    });
  }

  /** Shows the session's user, and connects. */
  async open(session: ConsoleSession): Promise<void> {
    this.session = session;
    this.view = emptyView;
    this.renewals = 0;
    this.renewedAt = undefined;
    this.pushes.clear();
    this.turn("connecting");
    await this.reload();
    const answer = await session.ask("/demo/vms/api/v1/wsurl");
    if (this.session !== session) return;
    if (answer.kind !== "answered") {
      this.close();
      this.loggedOut(`The socket's address is not known: ${whyNot(answer)}`, session.user.id);
      return;
    }
    const { ws_url: socketUrl, app_key: appKey } = answer.body as { ws_url: string; app_key: string };
    this.live = new Live(
      { token: session.token, userId: session.user.id, session: session.id, socketUrl, appKey },
      {
        link: (link) => {
          this.linked(link);
        },
        app: (push) => {
          this.appPush(push);
        },
        intercom: (push) => {
          this.pushes.add(push.type, push.raw);
          this.take(applyIntercomPush(this.view, push));
        },
        fault: ({ message, fault }) => {
          this.pushes.add("error", { message, ...fault });
          // The token was not good any more when the channels were joined again.
          if (fault.kind === "authorization" && fault.status === 401) void session.renew();
        },
      },
    );
  }

  renewed(token: string): void {
    this.renewals += 1;
    this.renewedAt = new Date();
    this.live?.renewed(token);
    this.turn(this.link);
  }

  /** Forgets everything of the session. */
  close(): void {
    const { live, session } = this;
    this.live = undefined;
    this.session = undefined;
    session?.forget();
    live?.close();
    this.turn("off");
  }

  private linked(link: Link): void {
    if (this.session === undefined) return;
    const wasCut = this.link === "cut";
    this.turn(link);
    if (link === "cut" && !wasCut) this.news.textContent = "The connection was cut. It comes back by itself.";
    if (link === "connected" && wasCut) {
      this.news.textContent = "Connected again.";
      // What was published meanwhile did not reach this page.
      void this.reload();
    }
  }

  private turn(link: Link): void {
    this.link = link;
    this.status.show(link, {
      user: this.session?.user.name ?? "",
      socketId: this.live?.socketId,
      renewals: this.renewals,
      renewedAt: this.renewedAt,
    });
    this.panel.enable(link === "connected");
  }

  private appPush(push: VMSAppSocketData): void {
    this.pushes.add(push.type, push.raw);
    if (push.type === "logout") this.end(endedBecause(push.data.subject));
    else this.take(applyAppPush(this.view, push, this.others.detached));
  }

  /** The session is over. */
  end(why: string): void {
    const user = this.session?.user.id;
    if (user === undefined) return;
    this.close();
    this.loggedOut(why, user);
  }

  private take({ view, news, reload = false }: Applied): void {
    this.view = view;
    this.news.textContent = news;
    this.show();
    if (reload) void this.reload();
  }

  /** Once for all that comes before the next frame is painted: a flood of pushes must not hold the page up. */
  private show(): void {
    this.painting ??= requestAnimationFrame(() => {
      this.painting = undefined;
      this.paint();
    });
  }

  private paint(): void {
    const { view } = this;
    this.cameras.show(view);
    this.timeLine.show(view.marks, view.cameras);
    this.intercoms.show(view);
    this.account.show(view);
    this.panel.show({ view, ...this.others, session: this.session?.id ?? "" });
  }

  /** One question at a time: however many pushes ask for it meanwhile, they get one more together. */
  private reload(): Promise<void> {
    this.asked += 1;
    return (this.reloading ??= this.askUntilFresh().finally(() => (this.reloading = undefined)));
  }

  private async askUntilFresh(): Promise<void> {
    let asked: number;
    do {
      ({ asked } = this);
      const { session } = this;
      const answer = await session?.ask("/demo/surveillance/overview");
      if (asked === this.asked && session === this.session && answer?.kind === "answered")
        // Both ends are of one version: the page comes from the server that answers.
        this.showOverview(answer.body as Overview);
    } while (asked !== this.asked);
  }

  private showOverview({ detached, sessions, state }: Overview): void {
    this.others = { detached, sessions };
    this.view = loaded(this.view, state);
    this.show();
  }

  /** As the panel does: the push comes back to this page too. */
  private async act(request: ActionRequest, label: string): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    const answer = await session.ask("/demo/surveillance/act", request);
    if (session !== this.session) return;
    this.said.textContent =
      answer.kind === "answered" ? `Published: ${label}.` : `Not published. ${whyNot(answer)}`;
  }

  /** As an application does: its own socket is left out of the push, and its answer is enough. */
  private async star(id: number, isFavorite: boolean): Promise<void> {
    const { session, live } = this;
    if (session === undefined) return;
    const request: ActionRequest = { action: isFavorite ? "favorite-add" : "favorite-remove", about: id };
    const answer = await session.ask("/demo/surveillance/act", request, live?.headers());
    if (session !== this.session) return;
    if (answer.kind !== "answered")
      this.said.textContent = `The favourite was not changed. ${whyNot(answer)}`;
    await this.reload();
  }
}

function endedBecause(reason: string | undefined): string {
  return reason === undefined
    ? "This session was ended."
    : `This session was ended. The reason given: “${reason}”`;
}
