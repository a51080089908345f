/** The states of a connection, by their names on iOS. */
export const ConnectionState = {
  /** A first attempt is under way. */
  connecting: "connecting",
  connected: "connected",
  /** `disconnect()` was called; `disconnected` follows at once. */
  disconnecting: "disconnecting",
  /** Nothing is tried: before `connect()`, after `disconnect()`, and after the server has refused for good. */
  disconnected: "disconnected",
  /** The connection is gone or could not be made; it is tried again, from time to time. */
  reconnecting: "reconnecting",
  /** As `reconnecting`, but the device has no network: it is tried again once there is one. */
  reconnectingWhenNetworkBecomesReachable: "reconnectingWhenNetworkBecomesReachable",
} as const;
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];
