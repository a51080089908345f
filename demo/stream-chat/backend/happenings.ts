import type { VkLivePublisher } from "@twinwire/vk-live/backend";
import type { Speaker, StreamStep, SubscriptionKind } from "../actions.ts";
import { Refused } from "./refused.ts";
import { reference } from "./people.ts";
import { partsOf } from "./parts.ts";
import { now, type Studio } from "./studio.ts";

type Status = "pending" | "approved" | "rejected";

/** What happens on the channel beside what is said. */
export class Happenings {
  /** The newest reward that somebody asked for. */
  private demand: { readonly id: number; readonly speaker: Speaker } | undefined;

  constructor(
    private readonly studio: Studio,
    private readonly live: VkLivePublisher,
  ) {}

  async follow(speaker: Speaker): Promise<string> {
    this.studio.followers += 1;
    const { info } = this.studio.names();
    await this.live.to(info).channelFollowCreate({ follow: { follower: reference(speaker) } });
    return published("channel_follow_create", info);
  }

  async unfollow(speaker: Speaker): Promise<string> {
    this.studio.followers -= 1;
    const { info } = this.studio.names();
    await this.live.to(info).channelFollowDelete({ follow: { follower: reference(speaker) } });
    return published("channel_follow_delete", info);
  }

  async raid(): Promise<string> {
    const { info } = this.studio.names();
    const source = { owner: { id: 301, nick: "Lighthouse", nick_color: 8 } };
    await this.live.to(info).channelRaidIncome({ raid: { source, raiders_count: 42 } });
    return published("channel_raid_income", info);
  }

  async subscription(kind: SubscriptionKind): Promise<string> {
    const { info } = this.studio.names();
    const to = this.live.to(info);
    // VK does not publish the whole shape of these; ours says who, and what.
    const subscription = { subscriber: reference("mira"), level: { id: 1, name: "Crust" } };
    switch (kind) {
      case "create":
        await to.channelSubscriptionCreate({ subscription });
        return published("channel_subscription_create", info);
      case "renew":
        await to.channelSubscriptionRenew({ subscription });
        return published("channel_subscription_renew", info);
      case "change": {
        const level = { id: 2, name: "Crumb" };
        await to.channelSubscriptionChange({ subscription: { ...subscription, level } });
        return published("channel_subscription_change", info);
      }
      case "delete":
        await to.channelSubscriptionDelete({ subscription });
        return published("channel_subscription_delete", info);
      case "giftBuy":
        await to.channelSubscriptionGiftBuy({ gift: { buyer: reference("oleg"), count: 5 } });
        return published("channel_subscription_gift_buy", info);
      case "giftGive": {
        const gift = { buyer: reference("oleg"), receiver: reference("noor") };
        await to.channelSubscriptionGiftGive({ gift });
        return published("channel_subscription_gift_give", info);
      }
    }
  }

  async redeem(speaker: Speaker): Promise<string> {
    this.demand = { id: this.studio.nextId(), speaker };
    return this.publishDemand(this.demand, "pending");
  }

  async decide(status: Exclude<Status, "pending">): Promise<string> {
    if (this.demand === undefined) throw new Refused("nobody has redeemed points yet; redeem some first");
    return this.publishDemand(this.demand, status);
  }

  async stream(step: StreamStep): Promise<string> {
    const { info } = this.studio.names();
    const to = this.live.to(info);
    this.studio.step(step);
    const stream = this.studio.stream();
    switch (step) {
      case "start":
        await to.channelStreamStart({ stream });
        return published("channel_stream_start", info);
      case "pause":
        await to.channelStreamPause({ stream });
        return published("channel_stream_pause", info);
      case "resume":
        await to.channelStreamResume({ stream });
        return published("channel_stream_resume", info);
      case "stop":
        await to.channelStreamStop({ stream });
        return published("channel_stream_stop", info);
      case "record":
        await to.channelStreamRecordNew({ record: { id: "record-1", title: this.studio.title } });
        return published("channel_stream_record_new", info);
    }
  }

  async title(title: string): Promise<string> {
    const { info } = this.studio.names();
    this.studio.title = title;
    await this.live.to(info).channelStreamSettingsChange({ stream: this.studio.stream() });
    return published("channel_stream_settings_change", info);
  }

  private async publishDemand(
    { id, speaker }: { readonly id: number; readonly speaker: Speaker },
    status: Status,
  ): Promise<string> {
    const { points } = this.studio.names();
    await this.live.to(points).channelPointsRewardDemandCreate({
      demand: {
        id,
        user: reference(speaker),
        message_parts: partsOf("Rye, please :bread:"),
        status,
        created_at: now(),
        reward: { id: "reward-loaf", name: "Choose the next loaf", price: 500 },
      },
    });
    return published("channel_points_reward_demand_create", points);
  }
}

function published(type: string, channel: string): string {
  return `Published ${type} to ${channel}.`;
}
