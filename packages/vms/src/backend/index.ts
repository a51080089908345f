// The door of @twinwire/vms/backend.
export type { Authenticate, JwtAuthentication, VmsIdentity } from "./identity.ts";
export type { VmsIntercomPublisher } from "./intercom-publisher.ts";
export type { VmsPublishOptions, VmsTrigger } from "./sending.ts";
export type { SocketAddress } from "./socket-address.ts";
export type { ArchiveResult, VmsTokenPublisher } from "./token-publisher.ts";
export type { VmsUserPublisher } from "./user-publisher.ts";
export { vmsBackend, type VmsBackend, type VmsBackendOptions } from "./vms-backend.ts";
export { vmsPublisher, type VmsPublisher } from "./vms-publisher.ts";
