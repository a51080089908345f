import type { CallbackObserver } from "./callbacks/endpoint.ts";
import { FileSpool } from "./callbacks/file-spool.ts";
import { httpPost } from "./callbacks/http-post.ts";
import { Outbox } from "./callbacks/outbox.ts";
import type { AppConfig, Config } from "./config/index.ts";
import type { Clock } from "./core/clock.ts";
import { appId } from "./core/ids.ts";
import { WebhookTarget, type WebhookSettings } from "./protocols/pusher/webhooks/target.ts";
import { Webhooks } from "./protocols/pusher/webhooks/webhooks.ts";
import { Hmac } from "./secrets/hmac.ts";
import { CallbackCounts } from "./telemetry/callback-counts.ts";
import type { Log } from "./telemetry/log.ts";

/** The webhooks of all apps, and what delivers them. */
export interface ComposedWebhooks {
  readonly activity: Webhooks;
  readonly counts: CallbackCounts;
  /** Called when the port is this process's own, so that nobody else has the spool. Throws where that cannot be used. */
  start(): void;
  /** Tells what is held back, delivers what it can within so many milliseconds, and ends. */
  stop(budget: number): Promise<void>;
}

/** Undefined where no app has a webhook: then nothing of it runs. */
export function composeWebhooks(config: Config, clock: Clock, log: Log): ComposedWebhooks | undefined {
  const apps = config.apps.map((app, index) => ({ app, webhooks: settingsOf(app, index) }));
  if (apps.every(({ webhooks }) => webhooks.length === 0)) return undefined;
  const counts = new CallbackCounts(log, clock);
  const { observer } = counts;
  const options = config.webhooks;
  const outbox = new Outbox({
    endpoints: apps.flatMap(({ app, webhooks }) => {
      // As on hosted Pusher: who has not heard of the new pair yet can still verify (protocol notes, 4.1).
      const { key, secret } = app.previous.at(-1) ?? app;
      const signer = new Hmac(secret);
      return webhooks.map((settings) => new WebhookTarget(settings, key, signer));
    }),
    limits: {
      window: options.batch_delay,
      batchLetters: options.batch_events,
      queueBytes: options.queue_bytes,
      retryFor: options.retry_timeout,
    },
    clock,
    send: httpPost(options.timeout),
    observer,
    spool: spoolOf(config, clock, observer),
  });
  counts.pending = () => outbox.pending;
  const activity = new Webhooks({
    apps: apps.map(({ app, webhooks }) => ({ id: appId(app.id), webhooks })),
    clock,
    hold: options.hold_delay,
    post: (webhook, lane, text) => {
      outbox.post(webhook, lane, text);
    },
  });
  return {
    activity,
    counts,
    start() {
      try {
        outbox.start();
      } catch (cause) {
        throw new Error(`webhooks.spool: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      }
      activity.start();
    },
    async stop(budget) {
      activity.end();
      // A clock that was set back meanwhile grants no more.
      await outbox.stop(Math.min(budget, config.shutdown.timeout));
    },
  };
}

function spoolOf(config: Config, clock: Clock, observer: CallbackObserver): FileSpool | undefined {
  const path = config.webhooks.spool;
  return path === "" ? undefined : new FileSpool({ path, clock, observer });
}

function settingsOf(app: AppConfig, appIndex: number): readonly WebhookSettings[] {
  const ofUrl = new Map<string, number>();
  return app.webhooks.map(({ url, events, headers, filter }, index) => {
    // In the spool, a webhook is known by its address: its place in the list may change.
    const before = ofUrl.get(url) ?? 0;
    ofUrl.set(url, before + 1);
    return {
      name: JSON.stringify([app.id, url, before]),
      shown: `apps[${appIndex}].webhooks[${index}] (${new URL(url).host})`,
      url,
      events: new Set(events),
      headers,
      channelPrefix: filter.channel_prefix,
      channelSuffix: filter.channel_suffix,
    };
  });
}
