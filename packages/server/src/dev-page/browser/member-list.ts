import { element, part } from "../shell/dom.ts";
import { wireName, wires, type Member, type Wire } from "./wire.ts";

/** Who is on the channel, as the two wires list them. */
export class MemberList {
  private readonly list = part("[data-members]", HTMLUListElement);
  private readonly empty = part("#members-empty", HTMLElement);
  private readonly total = part("#member-count", HTMLElement);
  private readonly news = part("#members-news", HTMLElement);
  private readonly lists: Record<Wire, readonly Member[] | undefined> = {
    pusher: undefined,
    centrifugo: undefined,
  };
  private shown: ReadonlyMap<string, Member> = new Map();

  show(wire: Wire, members: readonly Member[] | undefined): void {
    this.lists[wire] = members;
    const merged = this.merged();
    this.announce(merged);
    this.shown = merged;
    this.list.replaceChildren(...[...merged.values()].map((member) => this.item(member)));
    this.empty.hidden = merged.size > 0;
    this.total.textContent = merged.size === 0 ? "" : String(merged.size);
  }

  private merged(): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>();
    for (const wire of wires)
      for (const member of this.lists[wire] ?? [])
        if (!members.has(member.user)) members.set(member.user, member);
    return new Map([...members].sort(([, a], [, b]) => a.name.localeCompare(b.name)));
  }

  private announce(now: ReadonlyMap<string, Member>): void {
    const came = [...now.values()].filter(({ user }) => !this.shown.has(user));
    const went = [...this.shown.values()].filter(({ user }) => !now.has(user));
    const news = [...came.map(({ name }) => `${name} joined.`), ...went.map(({ name }) => `${name} left.`)];
    if (news.length > 0) this.news.textContent = news.join(" ");
  }

  private item(member: Member): HTMLLIElement {
    const { user, name, wire } = member;
    const who = element("p", { class: "who" }, name);
    if (wire !== undefined) who.append(element("span", { class: `badge wire-${wire}` }, wireName[wire]));
    const item = element("li", { class: "member", "data-user": user, "data-badge": wire ?? "" }, who);
    item.append(element("p", { class: "listed" }, this.listed(user)));
    return item;
  }

  private listed(user: string): string {
    const by = wires.filter((wire) => this.lists[wire]?.some((one) => one.user === user));
    const [only] = by;
    if (by.length === wires.length) return "In both lists";
    return only === undefined ? "" : `In the ${wireName[only]} list`;
  }
}
