import { keepsHistory } from "./access.ts";
import type { Answer } from "./answer.ts";
import { after } from "./answer.ts";
import type { App } from "./app.ts";
import type { ChannelTraits } from "./channel-name.ts";
import type { Hub } from "./hub.ts";
import type { HistoryPage, StreamPosition } from "./publication.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";

/** Protocol notes, 2.5. */
export interface HistoryRequest {
  readonly traits: ChannelTraits;
  /** 0 = only the position, negative = as many as the server gives at once. */
  readonly limit: number;
  readonly since: StreamPosition | undefined;
  readonly reverse: boolean;
}

/** Reads a channel's stream; access has been decided already. */
export function readHistory(hub: Hub, app: App, request: HistoryRequest): Answer<HistoryPage | Refusal> {
  const { traits, since, reverse } = request;
  if (!keepsHistory(traits)) return refuse("not-available", "the channel's namespace keeps no history");
  if (reverse && since?.offset === 0) return refuse("bad-request", "there is nothing before offset 0");
  const most = app.settings.historyLimit;
  const limit = most > 0 && (request.limit < 0 || request.limit > most) ? most : request.limit;
  const query = { since: since?.offset, limit, reverse };
  return after(hub.broker.history(app.key(traits.name), query, traits.namespace.history), (page) => {
    if (since !== undefined && since.epoch !== "" && since.epoch !== page.position.epoch)
      return refuse("unrecoverable-position", "the stream has begun anew since that position");
    return page;
  });
}
