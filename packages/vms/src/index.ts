// The door of @twinwire/vms.
export {};
