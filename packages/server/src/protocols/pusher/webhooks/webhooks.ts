import type { Activity } from "../../../core/activity.ts";
import type { Channel } from "../../../core/channel.ts";
import type { ChannelTraits } from "../../../core/channel-name.ts";
import type { Clock } from "../../../core/clock.ts";
import type { AppId, ChannelKey } from "../../../core/ids.ts";
import { nobody } from "../../../core/ids.ts";
import type { Draft, MembershipChange } from "../../../core/publication.ts";
import { cacheSlotTtl } from "../../../core/publish.ts";
import type { Session } from "../../../core/session.ts";
import { CountNews } from "./count-news.ts";
import { crossed } from "../crossing.ts";
import { eventJson, type WebhookEvent, type WebhookEventName } from "./event.ts";
import { HeldBack } from "./held-back.ts";
import { Misses } from "./misses.ts";
import { wants, type WebhookSettings } from "./target.ts";

/** An app that wants to be told. */
export interface WebhookApp {
  readonly id: AppId;
  readonly webhooks: readonly WebhookSettings[];
}

export interface WebhooksOptions {
  readonly apps: readonly WebhookApp[];
  readonly clock: Clock;
  /** Milliseconds for which vacated channels and removed members are held back. */
  readonly hold: number;
  /** Takes an event for one webhook, by its name. Does not wait. Events of one lane are told in their order. */
  readonly post: (webhook: string, lane: string, text: string) => void;
}

/** What clients of both wires do, as Pusher tells it to applications (protocol notes, 4.1). */
export class Webhooks implements Activity {
  private readonly apps: ReadonlyMap<AppId, AppWebhooks>;
  private readonly held: HeldBack;
  private readonly counts: CountNews;
  private readonly misses = new Misses(cacheSlotTtl);

  constructor(private readonly options: WebhooksOptions) {
    this.apps = new Map(options.apps.map((app) => [app.id, new AppWebhooks(app.webhooks)]));
    this.held = new HeldBack(options.clock, options.hold);
    this.counts = new CountNews(options.clock, ({ app, traits, key }, count) => {
      this.tell(app.id, key, { name: "subscription_count", channel: traits.name, count });
    });
  }

  start(): void {
    if ([...this.apps.values()].some((told) => told.any("subscription_count"))) this.counts.start();
  }

  /** Tells what was held back: nobody comes again to this process. */
  end(): void {
    this.held.end();
    this.counts.end();
  }

  occupancy(channel: Channel, change: 1 | -1): void {
    const told = this.toldOf(channel);
    if (told === undefined) return;
    const counted = !channel.traits.presence && told.any("subscription_count");
    if (counted) this.counts.change(channel);
    if (!counted && !told.any("channel_occupied") && !told.any("channel_vacated")) return;
    const { app, traits, key } = channel;
    if (change === 1 && channel.subscribers === 1) {
      if (!this.held.cancel(key)) this.tell(app.id, key, { name: "channel_occupied", channel: traits.name });
    } else if (change === -1 && channel.subscribers === 0)
      this.held.hold(key, () => {
        this.tell(app.id, key, { name: "channel_vacated", channel: traits.name });
        if (counted) this.counts.vacant(channel);
      });
  }

  membership(channel: Channel, { change, info, edge }: MembershipChange): void {
    const { app, traits, key } = channel;
    const { user } = info;
    // As its other members are told (B7).
    if (!traits.presence || !edge || user === nobody) return;
    const told = this.toldOf(channel);
    if (told === undefined || (!told.any("member_added") && !told.any("member_removed"))) return;
    const member = `${key}\n${user}`;
    if (change === "leave")
      this.held.hold(member, () => {
        this.tell(app.id, key, { name: "member_removed", channel: traits.name, user });
      });
    else if (!this.held.cancel(member))
      this.tell(app.id, key, { name: "member_added", channel: traits.name, user });
  }

  published(session: Session, traits: ChannelTraits, { content, by }: Draft): void {
    const { app } = session;
    if (this.toldAbout(app.id, traits)?.any("client_event") !== true || content.kind === "bytes") return;
    const { name, data } = content.kind === "event" ? content : crossed(content.text, true);
    this.tell(app.id, app.key(traits.name), {
      name: "client_event",
      channel: traits.name,
      event: name,
      data,
      socketId: session.encoder.wire === "pusher" ? session.handle : undefined,
      user: traits.presence && by !== undefined && by.user !== nobody ? by.user : undefined,
    });
  }

  cacheMissed(channel: Channel): void {
    if (this.toldOf(channel)?.any("cache_miss") !== true) return;
    const { app, traits, key } = channel;
    if (!this.misses.add(key, this.options.clock.now())) return;
    this.tell(app.id, key, { name: "cache_miss", channel: traits.name });
  }

  private toldOf({ app, traits }: Channel): AppWebhooks | undefined {
    return this.toldAbout(app.id, traits);
  }

  /** Who is told of a channel. Names that only the other wire has cause nothing (B1); a user's own channel is a way to that user. */
  private toldAbout(app: AppId, traits: ChannelTraits): AppWebhooks | undefined {
    const told = this.apps.get(app);
    return told === undefined || !traits.bridged || traits.kind === "user" ? undefined : told;
  }

  private tell(app: AppId, lane: ChannelKey, event: WebhookEvent): void {
    const told = this.apps.get(app);
    if (told?.any(event.name) !== true) return;
    let text: string | undefined;
    for (const webhook of told.webhooks)
      if (wants(webhook, event)) this.options.post(webhook.name, lane, (text ??= eventJson(event)));
  }
}

/** The webhooks of one app. */
class AppWebhooks {
  private readonly names: ReadonlySet<WebhookEventName>;

  constructor(readonly webhooks: readonly WebhookSettings[]) {
    this.names = new Set(webhooks.flatMap(({ events }) => [...events]));
  }

  /** Whether any of them wants such events. */
  any(name: WebhookEventName): boolean {
    return this.names.has(name);
  }
}
