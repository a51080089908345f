// The door of @twinwire/events.
export { defineEvents } from "./catalogue.ts";
export type { Catalogue, Envelope, EventType, PayloadIn, PayloadOut, Schemas } from "./catalogue.ts";
export { InvalidEventError } from "./issue.ts";
export type { EventIssue } from "./issue.ts";
export { createPublisher } from "./publisher.ts";
export type { Publisher, Target } from "./publisher.ts";
export { fromCentrifuge, fromPusher } from "./source.ts";
export type { CentrifugeSubscription, Incoming, PusherChannel, Source } from "./source.ts";
export { createSubscriber } from "./subscriber.ts";
export type {
  EventFault,
  Handlers,
  Received,
  ReceivedEvent,
  Subscription,
  UnknownEvent,
} from "./subscriber.ts";
export { centrifugoTarget, pusherTarget } from "./target.ts";
export type { CentrifugoApi, CentrifugoSendOptions, PusherApi, PusherSendOptions } from "./target.ts";
export { validate } from "./validate.ts";
export type { Validated } from "./validate.ts";
export type { Wire } from "./wire.ts";
