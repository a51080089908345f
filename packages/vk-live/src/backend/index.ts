// The door of @twinwire/vk-live/backend.
export {};
