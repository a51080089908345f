import type { ChatMessage } from "@twinwire/vk-live";
import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { partNodes, partsText, picture } from "./message-parts.ts";

/** Colours of nicks; others of the wire are counted round. */
const colours = 16;

/** Which of the page's colours a nick has. */
export function nickColour(given: number | null | undefined): number {
  return Math.abs(Math.trunc(given ?? 0)) % colours;
}

/** One message of the chat. */
export function chatMessage(message: ChatMessage, viewer: number): HTMLLIElement {
  const { author, parent, created_at: createdAt } = message;
  const meta = element("p", { class: "meta" });
  for (const { name, small_url: small } of author.badges)
    meta.append(picture(small, name ?? "badge", "chat-badge"));
  meta.append(element("strong", { class: `who nick-${nickColour(author.nick_color)}` }, author.nick));
  if (author.is_owner) meta.append(element("span", { class: "rank" }, "owner"));
  else if (author.is_moderator) meta.append(element("span", { class: "rank" }, "moderator"));
  if (message.is_private) meta.append(element("span", { class: "rank" }, "only to you"));
  const at = new Date(createdAt * 1000);
  meta.append(element("time", { class: "time", datetime: at.toISOString() }, clockTime(at)));
  const item = element("li", { class: "chat-message", "data-message": String(message.id) }, meta);
  if (parent) {
    const quoted = `${parent.author?.nick ?? "Somebody"}: ${partsText(parent.parts ?? [])}`;
    item.append(
      element("p", { class: "quote" }, element("span", { class: "unseen" }, "In reply to "), quoted),
    );
  }
  item.append(element("p", { class: "text" }, ...partNodes(message.parts, viewer)));
  return item;
}

/** What was said goes; who said it, and when, stays. */
export function showDeleted(item: HTMLLIElement): void {
  item.classList.add("deleted");
  item.querySelector(".quote")?.remove();
  part(".text", HTMLElement, item).replaceChildren("Message deleted");
}

export function isDeleted(item: HTMLLIElement): boolean {
  return item.classList.contains("deleted");
}
