// The door of @twinwire/vk-live.
export {
  VkLive,
  type LiveState,
  type LiveStateChange,
  type VkLiveEvents,
  type VkLiveOptions,
} from "./client/vk-live.ts";
export type { LiveChannel, LiveChannelEvents } from "./client/live-channel.ts";
export type {
  AnyLiveEvent,
  ChannelFault,
  KnownLiveEvent,
  LiveEvent,
  LiveSource,
  UnknownLiveEvent,
} from "./client/live-event.ts";
export type { DevApiRequest, LiveFault, RequestFault } from "./client/fault.ts";
export type { Backoff } from "./client/backoff.ts";
export type { AccessToken } from "./client/devapi.ts";
export type { Refusal, SubscribedHow } from "./client/shared-subscriptions.ts";
export type { NoAccessReason } from "./client/subscription-tokens.ts";
export {
  liveEvents,
  type LiveEventData,
  type LiveEventInput,
  type LiveEventType,
  type LiveSchemas,
} from "./catalogue/live-events.ts";
export type {
  ChatAuthor,
  ChatBadge,
  ChatMessage,
  ChatMessageInput,
  ChatPart,
  ChatSmile,
  LivePerson,
} from "./catalogue/chat.ts";
export {
  channelKinds,
  isLimited,
  type ChannelKind,
  type ChannelRecord,
  type ChannelRecordInput,
} from "./catalogue/channel-record.ts";
