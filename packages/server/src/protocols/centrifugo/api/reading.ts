import { keepsHistory, keepsPresence } from "../../../core/access.ts";
import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import { readHistory } from "../../../core/history.ts";
import type { Content, Publication } from "../../../core/publication.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import type { HistoryCommand } from "./command.ts";
import type { Outcome } from "./outcome.ts";
import { clientInfoText, contentText } from "../json/publication.ts";
import { channelOf, type Site } from "./site.ts";

/** Every client of both wires, by the id that others see (B7). */
export function presence(site: Site, name: string): Answer<Outcome> {
  const traits = channelOf(site, name);
  if (traits instanceof Refusal) return traits;
  if (!keepsPresence(traits)) return refuse("not-available", "the channel's namespace keeps no presence");
  return after(site.hub.broker.presence(site.app.key(traits.name)), (clients) => {
    const entries = clients.map((info) => `${JSON.stringify(info.client)}:${clientInfoText(info)}`);
    return `{"presence":{${entries.join(",")}}}`;
  });
}

export function presenceStats(site: Site, name: string): Answer<Outcome> {
  const traits = channelOf(site, name);
  if (traits instanceof Refusal) return traits;
  if (!keepsPresence(traits)) return refuse("not-available", "the channel's namespace keeps no presence");
  return after(
    site.hub.broker.headcount(site.app.key(traits.name)),
    ({ clients, users }) => `{"num_clients":${clients},"num_users":${users}}`,
  );
}

export function history(site: Site, command: HistoryCommand): Answer<Outcome> {
  const traits = channelOf(site, command.channel);
  if (traits instanceof Refusal) return traits;
  const { limit, since, reverse } = command;
  return after(readHistory(site.hub, site.app, { traits, limit, since, reverse }), (page) => {
    if (page instanceof Refusal) return page;
    const { offset, epoch } = page.position;
    const publications = page.publications.map(publicationText).join(",");
    return `{"publications":[${publications}],"offset":${offset},"epoch":${JSON.stringify(epoch)}}`;
  });
}

/** Unlike the client protocol, the API says no epoch here. */
function publicationText({ content, by, position, tags }: Publication): string {
  const fields = dataFields(content);
  if (by !== undefined) fields.push(`"info":${clientInfoText(by)}`);
  if (position !== undefined) fields.push(`"offset":${position.offset}`);
  if (tags !== undefined) fields.push(`"tags":${JSON.stringify(tags)}`);
  return `{${fields.join(",")}}`;
}

/** Bytes that are no JSON have no place in Centrifugo's answer, which fails over them; here they keep the field they came in. */
function dataFields(content: Content): string[] {
  const text = contentText(content);
  if (text !== undefined) return text === "" ? [] : [`"data":${text}`];
  return content.kind === "bytes" ? [`"b64data":"${content.bytes.toBase64()}"`] : [];
}

export function removeHistory(site: Site, name: string): Answer<Outcome> {
  const traits = channelOf(site, name);
  if (traits instanceof Refusal) return traits;
  if (!keepsHistory(traits)) return refuse("not-available", "the channel's namespace keeps no history");
  return after(site.hub.broker.removeHistory(site.app.key(traits.name)), () => "{}");
}
