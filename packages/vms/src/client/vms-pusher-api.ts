import { BehaviorSubject, type Observable } from "rxjs";
import type { VMSSocketResponse } from "../models/socket-response.ts";
import { authorizeChannel } from "./channel-authorization.ts";
import { ConnectionState } from "./connection-state.ts";
import { Connector } from "./connector.ts";
import type { VMSSocketManager, VMSSocketManagerDelegate } from "./delegate.ts";
import { ErrorSurfaces } from "./error-surfaces.ts";
import type { ConnectionTarget } from "./pusher-connection.ts";
import { PushDelivery } from "./push-delivery.ts";
import { PusherError, type VMSPusherError } from "./pusher-error.ts";
import type { Recovered } from "./recovery.ts";
import * as given from "./settings.ts";
import type { VMSClientOptions, VMSConnectionData, VMSPusherApiOptions } from "./settings.ts";
import { getSocketUrl } from "./socket-api.ts";
import { socketAddress } from "./socket-address.ts";
import type { VMSSocketEvents } from "./socket-events.ts";

/**
 * The client of VMS: one connection, the user's two channels, and what comes over them by the names of both mobile
 * platforms. On iOS an object is made of it, on Android there is one, `VMSMobileSDK.pusherApi`; both ways work.
 */
export class VMSPusherApi implements VMSSocketManager {
  /**
   * Whether the next connection error makes `vmsErrorSocket` fire, which sets it to false. Every successful connection
   * sets it to true again.
   */
  isNeedReconnectSocket = true;
  private settings = given.noSettings;
  private options: VMSClientOptions = {};
  private readonly surfaces = new ErrorSurfaces();
  private readonly delivery = new PushDelivery(this.surfaces);
  private readonly subscribed = new BehaviorSubject<readonly string[]>([]);
  private readonly connector: Connector;

  /** Nothing is connected yet. Without options, `Builder` or `update` has to give the connection data. */
  constructor(options?: VMSPusherApiOptions) {
    this.connector = new Connector({
      target: () => this.target(),
      backoff: () => this.options.reconnect ?? {},
      recovery: () => {
        const { autoRecover = false } = this.options;
        return autoRecover === true ? {} : autoRecover === false ? undefined : autoRecover;
      },
      recover: (signal) => this.recover(signal),
      changed: (from, to) => {
        this.surfaces.tell("changedConnectionState", (delegate) =>
          delegate.changedConnectionState?.(from, to),
        );
      },
      opened: () => {
        this.isNeedReconnectSocket = true;
      },
      interrupted: (error) => {
        this.interrupted(error);
      },
      failed: (error) => {
        this.surfaces.report(error);
      },
      subscribed: (channels) => {
        if (channels.join() !== this.subscribed.value.join()) this.subscribed.next(channels);
      },
      event: (channel, event, data) => {
        this.delivery.deliver({ channel, event, data }, given.baseUrlIn(this.settings));
      },
    });
    if (options === undefined) return;
    this.settings = given.withChanges(given.noSettings, options);
    this.configure(options);
  }

  /** Is told what happens, as on iOS. */
  get delegate(): Partial<VMSSocketManagerDelegate> | undefined {
    return this.surfaces.delegate;
  }

  set delegate(delegate: Partial<VMSSocketManagerDelegate> | undefined) {
    this.surfaces.delegate = delegate;
  }

  /** What comes for this one's user, as on Android; `VMSSocketEvents` has what comes for all. */
  get events(): VMSSocketEvents {
    return this.delivery.streams.events;
  }

  /** The errors of this one, the last one first; `vmsPusherErrorHandler` has those of all. */
  get errors(): BehaviorSubject<VMSPusherError | null> {
    return this.surfaces.errors;
  }

  /** The channels that are listened to at the moment, and each change of that. */
  get subscribedChannels(): Observable<readonly string[]> {
    return this.subscribed.asObservable();
  }

  get connectionState(): ConnectionState {
    return this.connector.state;
  }

  /** Sets how it behaves; what is not named stays. */
  configure(options: VMSClientOptions & Pick<VMSConnectionData, "baseUrl">): this {
    const { delegate, autoRecover, reconnect, pusherOptions, fetch, requestTimeout } = options;
    if (delegate !== undefined) this.delegate = delegate;
    this.options = {
      ...this.options,
      ...(autoRecover === undefined ? {} : { autoRecover }),
      ...(reconnect === undefined ? {} : { reconnect }),
      ...(pusherOptions === undefined ? {} : { pusherOptions }),
      ...(fetch === undefined ? {} : { fetch }),
      ...(requestTimeout === undefined ? {} : { requestTimeout }),
    };
    this.settings = given.withChanges(this.settings, { baseUrl: options.baseUrl ?? this.settings.baseUrl });
    return this;
  }

  /**
   * Gives the connection data, as on Android. A user id of 0 and an empty token id leave those that were there, unless
   * they were another user's. A connection that stands goes on with them, as `update` says.
   */
  Builder(
    ...[socketUrl, appKey, userToken, userId, accessTokenId]: [
      socketUrl: string,
      appKey: string,
      userToken: string,
      userId: number | string,
      accessTokenId: string,
    ]
  ): this {
    const tokenId = accessTokenId === "" ? {} : { accessTokenId };
    return this.update({ socketUrl, appKey, userToken, userId, ...tokenId });
  }

  /** Calls the function with this, both as `this` and as its argument. */
  apply(configure: (this: this, api: this) => void): this {
    configure.call(this, this);
    return this;
  }

  /**
   * Changes connection data. Where it is connected, or trying to: a renewed token is used from the next request on,
   * and channels that were refused are asked for again; another access token id changes the channel, the connection
   * stays; another user or another socket closes the connection, and the next one knows nothing of the old user.
   */
  update(changes: Partial<VMSConnectionData>): this {
    const { socketUrl } = changes;
    const error = socketUrl === undefined ? undefined : given.socketUrlError(socketUrl);
    if (error !== undefined) this.surfaces.report(error);
    const before = this.settings;
    const after = given.withChanges(before, changes);
    const wasStarted = this.connector.isStarted;
    const isOtherUser = before.userId !== "" && before.userId !== after.userId;
    this.settings = error === undefined ? after : { ...after, socketUrl: before.socketUrl };
    if (isOtherUser) {
      if (wasStarted) this.connector.stop();
      this.delivery.forget();
      this.surfaces.forget();
    }
    if (wasStarted) this.goOnWith(before, isOtherUser);
    return this;
  }

  isConnected(): boolean {
    return this.connector.state === ConnectionState.connected;
  }

  /**
   * Connects, and keeps connected until `disconnect()`: what is lost is tried again, with growing pauses. While it
   * waits for the next attempt, this makes it at once. Where it is connected already, `isNeedReconnectSocket` turns true.
   */
  connect(): void {
    const error = given.missingIn(this.settings);
    if (error !== undefined) this.surfaces.report(error);
    else if (this.isConnected()) this.isNeedReconnectSocket = true;
    else this.connector.start();
  }

  /** As `connect()`, by its name on Android. */
  onConnect(): void {
    this.connect();
  }

  /** Leaves the channels, disconnects and forgets the socket's id. `connect()` connects again, with the same data. */
  disconnect(): void {
    this.connector.stop();
  }

  /** As `disconnect()`, by its name on Android. */
  onDisconnect(): void {
    this.disconnect();
  }

  getSocketId(): string | undefined {
    return this.isConnected() ? this.connector.socketId : undefined;
  }

  /**
   * What the application's own requests have to send: who asks, and over which connection events come, so that the
   * back end can leave out the client that caused them. Ask anew for every request.
   */
  headers(): Record<string, string> {
    const { userToken } = this.settings;
    const socketId = this.getSocketId();
    return {
      ...(userToken === "" ? {} : { Authorization: `Bearer ${userToken}` }),
      ...(socketId === undefined ? {} : { "X-Socket-ID": socketId }),
    };
  }

  /**
   * Asks the application where the socket is. A 401 also makes `vmsLogoutSocket` fire.
   *
   * @throws PusherError of kind `socket-url` or, where nobody can be asked, `settings`.
   */
  getSocketUrl(): Promise<VMSSocketResponse> {
    return this.fetchSocketUrl();
  }

  private goOnWith(before: given.Settings, isOtherUser: boolean): void {
    const { settings, connector } = this;
    const error = given.missingIn(settings);
    if (error !== undefined) {
      connector.stop();
      this.surfaces.report(error);
    } else if (isOtherUser) connector.start();
    else if (before.socketUrl !== settings.socketUrl || before.appKey !== settings.appKey)
      connector.restart();
    else {
      connector.follow(given.channelsOf(settings));
      if (before.userToken !== settings.userToken) connector.retryChannels();
    }
  }

  private target(): ConnectionTarget {
    const { settings, options } = this;
    const address = socketAddress(settings.socketUrl);
    // Nothing is started, and no other URL taken, before this has been looked at.
    if (address === undefined) throw new Error("There is no socket's URL");
    return {
      address,
      appKey: settings.appKey,
      channels: given.channelsOf(settings),
      backoff: options.reconnect ?? {},
      pusherOptions: options.pusherOptions,
      // The token is read when it is needed: it may have been renewed by then.
      authorize: (socketId, channel, signal) =>
        authorizeChannel({
          ...this.options,
          baseUrl: given.baseUrlIn(this.settings) ?? "",
          userToken: this.settings.userToken,
          socketId,
          channel,
          signal,
        }),
    };
  }

  private interrupted(error: PusherError): void {
    const { isStarted: wasStarted } = this.connector;
    this.surfaces.report(error);
    // Whoever disconnects when told of it does not want to connect again.
    if (!this.isNeedReconnectSocket || (wasStarted && !this.connector.isStarted)) return;
    this.isNeedReconnectSocket = false;
    this.delivery.emit("vmsErrorSocket", { type: "wsurl_error" });
  }

  private async recover(signal: AbortSignal): Promise<Recovered> {
    const before = this.settings;
    try {
      const { wsUrl: socketUrl, appKey } = await this.fetchSocketUrl(signal);
      if (signal.aborted) return "same";
      this.settings = given.withChanges(this.settings, { socketUrl, appKey });
      return before.socketUrl !== socketUrl || before.appKey !== appKey ? "changed" : "same";
    } catch (cause) {
      if (!signal.aborted && cause instanceof PusherError) this.surfaces.report(cause);
      return "failed";
    }
  }

  private async fetchSocketUrl(signal?: AbortSignal): Promise<VMSSocketResponse> {
    const { userToken } = this.settings;
    const baseUrl = given.baseUrlIn(this.settings);
    if (baseUrl === undefined) throw given.missing("Base URL", "baseUrl");
    if (userToken === "") throw given.missing("User token", "userToken");
    try {
      return await getSocketUrl({
        ...this.options,
        baseUrl,
        userToken,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      const fault = cause instanceof PusherError ? cause.fault : undefined;
      // A token that was renewed meanwhile is another session's matter.
      if (fault?.kind === "socket-url" && fault.status === 401 && userToken === this.settings.userToken)
        this.delivery.emit("vmsLogoutSocket", { subject: "The session is over: sign in again" });
      throw cause;
    }
  }
}
