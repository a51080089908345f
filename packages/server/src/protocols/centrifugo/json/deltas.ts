import type { DeltaEncoder } from "../../../core/encoder.ts";
import type { Content, Publication } from "../../../core/publication.ts";
import { fossilDelta } from "../fossil-delta.ts";
import { bytesOnJson } from "./bytes-on-json.ts";
import { contentText, publicationWith } from "./publication.ts";

/** Says what happened on a channel. */
export type PushText = (channel: string, what: string) => string;

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** Without data there is nothing that such a client could parse: it is told the value that says nothing. */
function bodyText(content: Content): string | undefined {
  const given = contentText(content);
  return given === "" ? "null" : given;
}

/**
 * Data is a string here: the whole JSON text, or the delta (protocol notes, 2.9). Clients make deltas of the text's bytes,
 * so these are what has to be kept.
 */
export const jsonDeltas = (push: PushText): DeltaEncoder => ({
  body(content) {
    const given = bodyText(content);
    return given === undefined ? bytesOnJson : utf8.encode(given);
  },

  full(channel, publication, body) {
    return push(channel, `"pub":${publicationWith(publication, JSON.stringify(text.decode(body)))}`);
  },

  changed(channel, publication, { base, body }) {
    const delta = deltaTextOf(base, body);
    if (delta === undefined) return undefined;
    return push(channel, `"pub":${publicationWith(publication, JSON.stringify(delta), true)}`);
  },
});

function deltaTextOf(base: Uint8Array, body: Uint8Array): string | undefined {
  const delta = fossilDelta(base, body, { text: true });
  return delta === undefined ? undefined : text.decode(delta);
}

/** As a recovery tells a publication that comes behind `base`, or in full where that is undefined. */
interface Told {
  readonly base: Publication | undefined;
  readonly text: string;
}

const stored = new WeakMap<Publication, Told>();

/** Publications of a recovery: the first in full, then what has changed; undefined where one of them is bytes that are no JSON. */
export function recoveredTexts(publications: readonly Publication[]): string | undefined {
  const texts: string[] = [];
  let base: Publication | undefined;
  for (const publication of publications) {
    const one = recoveredText(publication, base);
    if (one === undefined) return undefined;
    texts.push(one);
    base = publication;
  }
  return texts.join(",");
}

/** Kept, as whoever comes back at the same time asks for the same. */
function recoveredText(publication: Publication, base: Publication | undefined): string | undefined {
  const known = stored.get(publication);
  if (known !== undefined && known.base === base) return known.text;
  const body = bodyText(publication.content);
  if (body === undefined) return undefined;
  const before = base === undefined ? undefined : bodyText(base.content);
  const delta = before === undefined ? undefined : deltaTextOf(utf8.encode(before), utf8.encode(body));
  const made = publicationWith(publication, JSON.stringify(delta ?? body), delta !== undefined);
  if (publication.position !== undefined) stored.set(publication, { base, text: made });
  return made;
}
