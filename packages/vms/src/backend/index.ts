// The door of @twinwire/vms/backend.
export {};
