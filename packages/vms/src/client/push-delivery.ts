import { decodePush } from "../push/decode.ts";
import type { AnalyticEventPush, VMSAppSocketData } from "../push/app-socket-data.ts";
import type { VMSIntercomSocketData } from "../push/intercom-socket-data.ts";
import { emitAppPush, emitIntercomPush, type Emit } from "./android-grouping.ts";
import type { ErrorSurfaces } from "./error-surfaces.ts";
import { PusherError } from "./pusher-error.ts";
import { SocketEventStreams, sharedStreams } from "./socket-events.ts";

/** As iOS hands it over. */
function asIntercomEvent(push: AnalyticEventPush): VMSIntercomSocketData {
  return { ...push, type: "intercomEventStored" };
}

/** Brings what comes over a channel to the observables and to the delegate. */
export class PushDelivery {
  readonly streams = new SocketEventStreams();
  private readonly surfaces: ErrorSurfaces;

  constructor(surfaces: ErrorSurfaces) {
    this.surfaces = surfaces;
  }

  /** To the observables of this one, and to those of all. */
  readonly emit: Emit = (name, value) => {
    this.streams.emit(name, value);
    sharedStreams.emit(name, value);
  };

  /** What was replayed was another user's. */
  forget(): void {
    this.streams.forget();
    sharedStreams.forget();
  }

  /** Never throws: what is thrown here would end in the connection's own code. */
  deliver(
    incoming: { readonly channel: string; readonly event: string; readonly data: unknown },
    baseUrl?: string,
  ): void {
    try {
      this.pass(incoming, baseUrl);
    } catch (cause) {
      const { channel, event } = incoming;
      const message = `The event ${event} could not be handled`;
      this.surfaces.report(new PusherError(message, { kind: "defect", channel, event }, cause));
    }
  }

  private pass(
    incoming: { readonly channel: string; readonly event: string; readonly data: unknown },
    baseUrl?: string,
  ): void {
    const decoded = decodePush(incoming, { baseUrl });
    switch (decoded.kind) {
      case "app":
        emitAppPush(decoded.push, this.emit);
        this.tellApp(decoded.push);
        return;
      case "intercom":
        emitIntercomPush(decoded.push, this.emit);
        this.tellIntercom(decoded.push);
        return;
      case "fault": {
        const { path, message, type, event } = decoded.fault;
        const where = path === "" ? "" : ` at ${path}`;
        const text = `A push ${type ?? event} does not fit${where}: ${message}`;
        this.surfaces.report(new PusherError(text, { kind: "invalid", ...decoded.fault }));
        return;
      }
      case "ignored":
        return;
    }
  }

  private tellApp(push: VMSAppSocketData): void {
    if (push.type === "analyticEventCreated" && push.isIntercom) this.tellIntercom(asIntercomEvent(push));
    else this.surfaces.tell("receivedAppSocket", (delegate) => delegate.receivedAppSocket?.(push));
  }

  private tellIntercom(push: VMSIntercomSocketData): void {
    this.surfaces.tell("receivedIntercomSocket", (delegate) => delegate.receivedIntercomSocket?.(push));
  }
}
