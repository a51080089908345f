import { personByNick } from "./people.ts";
import { isSmile, smilePart } from "./pictures.ts";

/** An address, `@nick` or `:smile:`; everything between is text. */
const special = /(?<link>https?:\/\/[^\s<>"]+)|@(?<nick>\p{L}+)|:(?<smile>[a-z]+):/gu;

/** What somebody typed, as the parts that a message travels in. */
export function partsOf(text: string) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(special)) {
    const part = partOf(match.groups ?? {});
    if (part === undefined) continue;
    if (match.index > from) parts.push(textPart(text.slice(from, match.index)));
    parts.push(part);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(textPart(text.slice(from)));
  return parts;
}

export type Part = ReturnType<typeof partsOf>[number];

function textPart(content: string) {
  return { text: { content } };
}

/** Undefined where it only looks like one: a nick that nobody has, a smile that is not drawn. */
function partOf(groups: Readonly<Record<string, string | undefined>>) {
  const { link, nick, smile } = groups;
  if (link !== undefined) return { link: { url: link, content: link.replace(/^https?:\/\//, "") } };
  if (nick !== undefined) {
    const person = personByNick(nick);
    return person === undefined ? undefined : { mention: person };
  }
  return smile !== undefined && isSmile(smile) ? smilePart(smile) : undefined;
}
