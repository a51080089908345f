import type { ClientInfo, Content, Payload, Publication, Tags } from "../../../core/publication.ts";
import { eventText } from "../payload.ts";
import { ClientInfoSchema, PublicationSchema, PushSchema, ReplySchema } from "./client_pb.ts";
import { BackwardWriter } from "./writer.ts";

/** The numbers of client.proto, so that they stand in one place. */
const reply = { push: ReplySchema.field.push.number };
const push = { channel: PushSchema.field.channel.number, pub: PushSchema.field.pub.number };
const pub = {
  data: PublicationSchema.field.data.number,
  info: PublicationSchema.field.info.number,
  offset: PublicationSchema.field.offset.number,
  tags: PublicationSchema.field.tags.number,
  delta: PublicationSchema.field.delta.number,
  epoch: PublicationSchema.field.epoch.number,
};
const client = {
  user: ClientInfoSchema.field.user.number,
  client: ClientInfoSchema.field.client.number,
  connInfo: ClientInfoSchema.field.connInfo.number,
  chanInfo: ClientInfoSchema.field.chanInfo.number,
};
/** Of every map's entries. */
const entry = { key: 1, value: 2 };

const writer = new BackwardWriter();

/**
 * The frame that tells the subscribers of a channel of a publication. The hot path of the encoding, and the only message
 * that is written by hand; publication-push.test.ts holds it equal to the generated code.
 */
export function publicationFrame(channel: string, publication: Publication): Uint8Array {
  return frameOf(channel, publication, undefined);
}

/** The same, with what has changed since the publication before in place of the data. */
export function deltaFrame(channel: string, publication: Publication, delta: Uint8Array): Uint8Array {
  return frameOf(channel, publication, delta);
}

function frameOf(channel: string, publication: Publication, delta: Uint8Array | undefined): Uint8Array {
  const { content, by, position, tags } = publication;
  // The first publication of a stream names it (protocol notes, 15).
  if (position?.offset === 1 && position.epoch !== "") writer.text(pub.epoch, position.epoch);
  if (delta !== undefined) writer.varint(pub.delta, 1);
  if (tags !== undefined) writeTags(tags);
  if (position !== undefined && position.offset > 0) writer.varint(pub.offset, position.offset);
  if (by !== undefined) writeInfo(by);
  if (delta === undefined) writeContent(content);
  else writer.bytes(pub.data, delta);
  writer.close(push.pub, 0);
  if (channel !== "") writer.text(push.channel, channel);
  writer.close(reply.push, 0);
  return writer.takeDelimited();
}

function writeContent(content: Content): void {
  switch (content.kind) {
    case "json":
      writer.text(pub.data, content.text);
      return;
    case "event":
      writer.text(pub.data, eventText(content));
      return;
    case "bytes":
      if (content.bytes.length > 0) writer.bytes(pub.data, content.bytes);
  }
}

function writeTags(tags: Tags): void {
  for (const [key, value] of Object.entries(tags).reverse()) {
    const from = writer.written;
    writer.text(entry.value, value);
    writer.text(entry.key, key);
    writer.close(pub.tags, from);
  }
}

function writeInfo(info: ClientInfo): void {
  const from = writer.written;
  writePayload(client.chanInfo, info.chanInfo);
  writePayload(client.connInfo, info.connInfo);
  if (info.client !== "") writer.text(client.client, info.client);
  if (info.user !== "") writer.text(client.user, info.user);
  writer.close(pub.info, from);
}

function writePayload(number: number, payload: Payload | undefined): void {
  if (payload === undefined || payload.length === 0) return;
  if (typeof payload === "string") writer.text(number, payload);
  else writer.bytes(number, payload);
}
