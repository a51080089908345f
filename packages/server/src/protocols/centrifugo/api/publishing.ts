import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import { publish } from "../../../core/publish.ts";
import type { StreamPosition } from "../../../core/publication.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { inTurns } from "./in-turns.ts";
import { contentFor, type Message, undecodable } from "./message.ts";
import { type Outcome, outcomeText, settled } from "./outcome.ts";
import { channelOf, type Site, source } from "./site.ts";

// see bench/cases/publish.mjs: the hot path of the server API; nothing here waits for a broker that answers at once.
export function publishTo(site: Site, channel: string, message: Message): Answer<Outcome> {
  const traits = channelOf(site, channel);
  if (traits instanceof Refusal) return traits;
  const content = contentFor(traits.namespace.dataFormat, message.content);
  if (content === undefined)
    return refuse("bad-request", "the data is missing, or not in the namespace's publication_data_format");
  const { tags, skipHistory, idempotencyKey, version, delta } = message;
  const answer = publish(site.hub, site.app, {
    traits,
    content,
    tags,
    except: undefined,
    skipHistory,
    idempotencyKey,
    version,
    delta,
    source,
  });
  return after(answer, positionText);
}

function positionText(position: StreamPosition | undefined): string {
  if (position === undefined) return "{}";
  return `{"offset":${position.offset},"epoch":${JSON.stringify(position.epoch)}}`;
}

/** Publishes to every channel; each has its own outcome, in the order of the channels. */
export function broadcast(site: Site, channels: readonly string[], message: Message): Answer<Outcome> {
  if (channels.length === 0) return refuse("bad-request", "the call names no channels");
  if (message.content === undecodable) return refuse("bad-request", "b64data is no base64");
  const work = (channel: string): Answer<string> =>
    after(
      settled(site, "broadcast", () => publishTo(site, channel, message)),
      outcomeText,
    );
  return inTurns(site.clock, channels, { work, together: true }).then(
    (responses) => `{"responses":[${responses.join(",")}]}`,
  );
}
