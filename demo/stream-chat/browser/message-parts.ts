import type { ChatPart } from "@twinwire/vk-live";
import { element } from "../../../packages/server/src/dev-page/shell/dom.ts";
import { linkAddress, pictureAddress } from "../../../packages/server/src/dev-page/shell/safe-address.ts";

/** The parts of a message as what is seen. Text only ever becomes text. */
export function partNodes(parts: readonly ChatPart[], viewer: number): readonly Node[] {
  return parts.map((part) => partNode(part, viewer));
}

/** As one line of text, for a reply's quotation. */
export function partsText(parts: readonly ChatPart[]): string {
  return parts
    .map((part) => {
      if (part.text) return part.text.content;
      if (part.link) return part.link.content ?? part.link.url;
      if (part.mention) return `@${part.mention.nick}`;
      return part.smile ? `:${part.smile.name ?? "smile"}:` : "";
    })
    .join("");
}

function partNode(part: ChatPart, viewer: number): Node {
  if (part.text) return document.createTextNode(part.text.content);
  if (part.link) return link(part.link.url, part.link.content ?? part.link.url);
  if (part.mention) {
    const forMe = part.mention.id === viewer ? " me" : "";
    return element("span", { class: `mention${forMe}` }, `@${part.mention.nick}`);
  }
  if (part.smile) {
    const { name, small_url: small } = part.smile;
    return picture(small, `:${name ?? "smile"}:`, "smile");
  }
  // A kind that came after this page was made.
  return element("span", { class: "unknown-part" }, "[something this page does not know]");
}

function link(address: string, text: string): Node {
  const href = linkAddress(address);
  if (href === undefined) return document.createTextNode(text);
  return element("a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, text);
}

/** A small picture, or its name where the picture would have to be asked of somebody else. */
export function picture(
  address: string | null | undefined,
  name: string,
  kind: "smile" | "chat-badge",
): Node {
  const src = typeof address !== "string" ? undefined : pictureAddress(address, location.origin);
  if (src === undefined) return element("span", { class: `${kind}-name` }, name);
  return element("img", { class: kind, src, alt: name, title: name, width: "20", height: "20" });
}
