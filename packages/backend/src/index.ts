// The door of @twinwire/backend.
export {};
