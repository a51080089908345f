import type { DeltaEncoder } from "../../../core/encoder.ts";
import type { Publication } from "../../../core/publication.ts";
import { fossilDelta } from "../fossil-delta.ts";
import type { Publication as PublicationMessage } from "./client_pb.ts";
import { bytesOfContent, publicationMessage } from "./publication.ts";
import { deltaFrame } from "./publication-push.ts";

/** Data is bytes, of the whole or of the delta (protocol notes, 2.9): what is told in full is told as to all others. */
export const protobufDeltas: DeltaEncoder = {
  body: bytesOfContent,

  changed(channel, publication, { base, body }) {
    const delta = fossilDelta(base, body, { text: false });
    return delta === undefined ? undefined : deltaFrame(channel, publication, delta);
  },
};

/** As a recovery tells a publication that comes behind `base`. */
interface Told {
  readonly base: Publication;
  readonly message: PublicationMessage;
}

const stored = new WeakMap<Publication, Told>();

/** Publications of a recovery: the first in full, then what has changed. */
export function recoveredMessages(publications: readonly Publication[]): PublicationMessage[] {
  return publications.map((publication, index) => {
    const base = index === 0 ? undefined : publications[index - 1];
    return base === undefined ? publicationMessage(publication) : recoveredMessage(publication, base);
  });
}

/** Kept, as whoever comes back at the same time asks for the same. */
function recoveredMessage(publication: Publication, base: Publication): PublicationMessage {
  const known = stored.get(publication);
  if (known?.base === base) return known.message;
  const full = publicationMessage(publication);
  const data = fossilDelta(bytesOfContent(base.content), full.data, { text: false });
  const message = data === undefined ? full : { ...full, data, delta: true };
  if (publication.position !== undefined) stored.set(publication, { base, message });
  return message;
}
