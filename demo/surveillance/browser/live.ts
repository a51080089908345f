import {
  VMSPusherApi,
  type PusherError,
  type VMSAppSocketData,
  type VMSIntercomSocketData,
} from "@twinwire/vms";
import type { Link } from "./status-line.ts";

/** What the VMS client tells the page. */
export interface LiveEvents {
  link(link: Link): void;
  app(push: VMSAppSocketData): void;
  intercom(push: VMSIntercomSocketData): void;
  /** A push that does not fit, or what went wrong on the connection; it is shown among the pushes. */
  fault(error: PusherError): void;
}

export interface LiveSettings {
  readonly token: string;
  readonly userId: number;
  readonly session: string;
  /** As the back end's `wsurl` answers. */
  readonly socketUrl: string;
  readonly appKey: string;
}

/** The VMS client of this page. It comes back by itself, and asks for the socket's address again where need be. */
export class Live {
  private readonly api: VMSPusherApi;
  private wasUp = false;
  private isJoined = false;
  private isStarted = false;

  constructor({ token, userId, session, socketUrl, appKey }: LiveSettings, events: LiveEvents) {
    this.api = new VMSPusherApi({
      baseUrl: `${location.origin}/demo/vms`,
      socketUrl,
      appKey,
      userToken: token,
      userId,
      accessTokenId: session,
      autoRecover: true,
    });
    const tell = (): void => {
      events.link(this.link());
    };
    this.api.delegate = {
      changedConnectionState: tell,
      receivedError: (error) => {
        events.fault(error);
      },
      receivedAppSocket: (push) => {
        events.app(push);
      },
      receivedIntercomSocket: (push) => {
        events.intercom(push);
      },
    };
    // Nothing is heard before both channels are joined: of the user, and of the session.
    this.api.subscribedChannels.subscribe((channels) => {
      this.isJoined = channels.length === 2;
      tell();
    });
    this.api.connect();
    this.isStarted = true;
  }

  get socketId(): string | undefined {
    return this.api.getSocketId();
  }

  /** For the application's own requests: the back end leaves this socket out of what it publishes then. */
  headers(): Readonly<Record<string, string>> {
    return this.api.headers();
  }

  /** For the channels that are authorised from now on, as after a cut. */
  renewed(token: string): void {
    this.api.update({ userToken: token });
  }

  close(): void {
    this.api.disconnect();
  }

  private link(): Link {
    switch (this.api.connectionState) {
      case "connected":
        this.wasUp ||= this.isJoined;
        return this.isJoined ? "connected" : this.wasUp ? "cut" : "connecting";
      case "connecting":
        return this.wasUp ? "cut" : "connecting";
      case "reconnecting":
      case "reconnectingWhenNetworkBecomesReachable":
        return "cut";
      case "disconnecting":
      case "disconnected":
        return this.isStarted ? "refused" : "connecting";
    }
  }
}
