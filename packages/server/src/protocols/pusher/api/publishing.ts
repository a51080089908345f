import type { Answer } from "../../../core/answer.ts";
import { after, attempt } from "../../../core/answer.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { Content } from "../../../core/publication.ts";
import { publish } from "../../../core/publish.ts";
import { objectOf } from "../parse.ts";
import type { Tenant } from "../tenant.ts";
import { ApiFault } from "./answer.ts";
import { all, countsOf, type Counts } from "./attributes.ts";
import { type ApiEvent, readEvent } from "./event.ts";

const nothing = "{}";

/** `POST …/events`: one event to some channels. Answers with what `info` asked for, as JSON text. */
export function postEvent(tenant: Tenant, body: string): Answer<string | ApiFault> {
  const given = objectOf(body);
  if (given === undefined) return new ApiFault("bad-request", "the body is a JSON object: an event");
  const event = readEvent(tenant, given);
  if (event instanceof ApiFault) return event;
  return sending(tenant, () =>
    after(send(tenant, event), () => {
      if (event.info.size === 0) return nothing;
      const { channels, info } = event;
      return after(all(channels.map((traits) => countsOf(tenant, traits, info))), (counts) => {
        const entries = channels.map(({ name }, i) => [name as string, counts[i] ?? {}] as const);
        return JSON.stringify({ channels: Object.fromEntries(entries) });
      });
    }),
  );
}

/** `POST …/batch_events`: all of them are checked before the first is sent. */
export function postBatch(tenant: Tenant, body: string): Answer<string | ApiFault> {
  const events = readBatch(tenant, body);
  if (events instanceof ApiFault) return events;
  return sending(tenant, () =>
    after(all(events.map((event) => send(tenant, event))), () => {
      if (events.every(({ info }) => info.size === 0)) return nothing;
      return after(all(events.map((event) => batchCounts(tenant, event))), (batch) =>
        JSON.stringify({ batch }),
      );
    }),
  );
}

function readBatch(tenant: Tenant, body: string): readonly ApiEvent[] | ApiFault {
  const batch = objectOf(body)?.["batch"];
  if (!Array.isArray(batch))
    return new ApiFault("bad-request", "the body is a JSON object with batch, a list of events");
  const { eventsPerBatch } = tenant.settings;
  if (eventsPerBatch > 0 && batch.length > eventsPerBatch)
    return new ApiFault(
      "bad-request",
      `a batch has at most ${eventsPerBatch} events (apps[].limits.events_per_batch)`,
    );
  const events: ApiEvent[] = [];
  for (const one of batch as readonly unknown[]) {
    if (typeof one !== "object" || one === null || !("channel" in one) || "channels" in one)
      return new ApiFault("bad-request", "each event of a batch is an object with one channel");
    const event = readEvent(tenant, { ...one });
    if (event instanceof ApiFault) return event;
    events.push(event);
  }
  return events;
}

function batchCounts(tenant: Tenant, { channels, info }: ApiEvent): Answer<Counts> {
  const [traits] = channels;
  return traits === undefined || info.size === 0 ? {} : countsOf(tenant, traits, info);
}

function send(tenant: Tenant, { name, data, channels, socketId }: ApiEvent): Answer<unknown> {
  const content: Content = { kind: "event", name, data, quoted: true };
  const [first] = channels;
  if (channels.length === 1 && first !== undefined) return sendTo(tenant, first, { content, socketId });
  return all(channels.map((traits) => sendTo(tenant, traits, { content, socketId })));
}

function sendTo(
  tenant: Tenant,
  traits: ChannelTraits,
  { content, socketId }: { readonly content: Content; readonly socketId: string | undefined },
): Answer<unknown> {
  return publish(tenant.around.hub, tenant.app, {
    traits,
    content,
    tags: undefined,
    except: socketId,
    skipHistory: false,
    idempotencyKey: undefined,
    source: "pusher-api",
  });
}

/** A broker that fails is no fault of the caller, who may try again. */
function sending(tenant: Tenant, work: () => Answer<string>): Answer<string | ApiFault> {
  return attempt<string | ApiFault>(work, (cause) => {
    tenant.around.hub.observer.defect("pusher publish", cause);
    return new ApiFault("internal", "the broker did not take it; try again");
  });
}
