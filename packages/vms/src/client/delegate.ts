import type { VMSAppSocketData } from "../push/app-socket-data.ts";
import type { VMSIntercomSocketData } from "../push/intercom-socket-data.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { PusherError } from "./pusher-error.ts";

/** Is told what happens, as on iOS. A method that throws or rejects harms nobody; the error surfaces have it. */
export interface VMSSocketManagerDelegate {
  changedConnectionState(from: ConnectionState, to: ConnectionState): void | Promise<void>;
  receivedError(error: PusherError): void | Promise<void>;
  receivedAppSocket(socket: VMSAppSocketData): void | Promise<void>;
  receivedIntercomSocket(socket: VMSIntercomSocketData): void | Promise<void>;
}

/** What `VMSPusherApi` does, by the names of iOS. */
export interface VMSSocketManager {
  isConnected(): boolean;
  connect(): void;
  disconnect(): void;
  /** The id of the connection, while connected. */
  getSocketId(): string | undefined;
}
