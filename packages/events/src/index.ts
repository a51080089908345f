// The door of @twinwire/events.
export {};
