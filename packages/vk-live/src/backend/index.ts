// The door of @twinwire/vk-live/backend.
export { vkLiveBackend, type VkLiveBackend, type VkLiveBackendOptions } from "./vk-live-backend.ts";
export type { LiveIdentity, LiveStore } from "./live-store.ts";
export { memoryStore, type MemoryChannel, type MemoryContent, type MemoryStore } from "./memory-store.ts";
export {
  vkLivePublisher,
  type LiveChannelPublisher,
  type LiveMethodName,
  type VkLivePublisher,
} from "./vk-live-publisher.ts";
export type { CentrifugoApi } from "@twinwire/events";
export type { ChannelKind, ChannelRecord, ChannelRecordInput } from "../catalogue/channel-record.ts";
