// The door of @twinwire/vk-live.
export {};
