import type { ClientInfo, Content, Publication } from "../../../core/publication.ts";
import { oneLine } from "../../../json-text/slices.ts";
import { eventText, jsonText } from "../payload.ts";

/** A content as one JSON value without raw line feeds (B10); empty = no data at all; undefined = bytes that are no JSON. */
export function contentText(content: Content): string | undefined {
  switch (content.kind) {
    case "json":
      return oneLine(content.text);
    case "event":
      return eventText(content);
    case "bytes": {
      if (content.bytes.length === 0) return "";
      const text = jsonText(content.bytes);
      return text === undefined ? undefined : oneLine(text);
    }
  }
}

/**
 * A client as others see it. `user` and `client` always stand there (protocol notes, 1.3). An info in bytes is left out:
 * what somebody's token says of him must not close those who hear of him.
 */
export function clientInfoText({ user, client, connInfo, chanInfo }: ClientInfo): string {
  let text = `{"user":${JSON.stringify(user)},"client":${JSON.stringify(client)}`;
  if (typeof connInfo === "string") text += `,"conn_info":${oneLine(connInfo)}`;
  if (typeof chanInfo === "string") text += `,"chan_info":${oneLine(chanInfo)}`;
  return text + "}";
}

/** A publication as it stands in pushes, recoveries and histories; undefined = bytes that are no JSON. */
export function publicationText(publication: Publication): string | undefined {
  const data = contentText(publication.content);
  return data === undefined ? undefined : publicationWith(publication, data);
}

/** A publication with this as its data; empty = no data at all. `delta`: it is what has changed since the one before. */
export function publicationWith(publication: Publication, data: string, delta = false): string {
  const { by, position, tags } = publication;
  const fields: string[] = [];
  if (data !== "") fields.push(`"data":${data}`);
  if (by !== undefined) fields.push(`"info":${clientInfoText(by)}`);
  if (position !== undefined) fields.push(`"offset":${position.offset}`);
  if (tags !== undefined && hasKeys(tags)) fields.push(`"tags":${JSON.stringify(tags)}`);
  if (delta) fields.push('"delta":true');
  // The first publication of a stream names it (protocol notes, 15).
  if (position?.offset === 1) fields.push(`"epoch":${JSON.stringify(position.epoch)}`);
  return `{${fields.join(",")}}`;
}

function hasKeys(record: object): boolean {
  for (const key in record) if (Object.hasOwn(record, key)) return true;
  return false;
}

const stored = new WeakMap<Publication, string>();

/** The text of publications that a stream keeps, joined; undefined where one of them is bytes that are no JSON. */
export function publicationTexts(publications: readonly Publication[]): string | undefined {
  const texts: string[] = [];
  for (const publication of publications) {
    const text = storedText(publication);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join(",");
}

/**
 * Kept from the first recovery or history read on: thousands of clients that come back at once ask for the same few.
 * Fan-out does not fill it, so that a stream nobody reads is held only once.
 */
function storedText(publication: Publication): string | undefined {
  const known = stored.get(publication);
  if (known !== undefined) return known;
  const text = publicationText(publication);
  if (text !== undefined && publication.position !== undefined) stored.set(publication, text);
  return text;
}
