import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ClientInfo, Content, Payload, Publication } from "../../../core/publication.ts";
import { eventText } from "../payload.ts";
import {
  PublicationSchema,
  type ClientInfoSchema,
  type Publication as PublicationMessage,
} from "./client_pb.ts";

const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);

export function bytesOf(payload: Payload | undefined): Uint8Array {
  if (payload === undefined) return nothing;
  return typeof payload === "string" ? utf8.encode(payload) : payload;
}

export function bytesOfContent(content: Content): Uint8Array {
  switch (content.kind) {
    case "json":
      return utf8.encode(content.text);
    case "event":
      return utf8.encode(eventText(content));
    case "bytes":
      return content.bytes;
  }
}

export function clientInfoMessage(info: ClientInfo): MessageInitShape<typeof ClientInfoSchema> {
  const { user, client, connInfo, chanInfo } = info;
  return { user, client, connInfo: bytesOf(connInfo), chanInfo: bytesOf(chanInfo) };
}

const stored = new WeakMap<Publication, PublicationMessage>();

/** A publication as it stands in recoveries and histories: one that a stream keeps is made once, for all who come back at once. */
export function publicationMessage(publication: Publication): PublicationMessage {
  const known = stored.get(publication);
  if (known !== undefined) return known;
  const { content, by, position, tags } = publication;
  const message = create(PublicationSchema, {
    data: bytesOfContent(content),
    offset: BigInt(position?.offset ?? 0),
    tags: { ...tags },
    epoch: position?.offset === 1 ? position.epoch : "",
    ...(by === undefined ? {} : { info: clientInfoMessage(by) }),
  });
  if (position !== undefined) stored.set(publication, message);
  return message;
}
