// The door of @twinwire/backend.
export { PublishError, type PublishFault } from "./calls/publish-fault.ts";
export type { Backoff, Fetch, PublisherOptions } from "./calls/publisher-options.ts";
export type { BatchReply } from "./centrifugo/answers.ts";
export {
  CentrifugoPublisher,
  type BatchOptions,
  type CentrifugoPublisherOptions,
} from "./centrifugo/centrifugo-publisher.ts";
export type {
  ApiCommand,
  ApiMethod,
  ConnectionChoice,
  DisconnectOptions,
  HistoryOptions,
  PublishOptions,
  RefreshOptions,
  StreamPosition,
  SubscribeOptions,
} from "./centrifugo/commands.ts";
export type { ProxyAnswer, ProxyName, ProxyRequests, ProxyResults } from "./centrifugo/proxies.ts";
export type { ClientInfo, NodeInfo, Publication, PublishResult, Results } from "./centrifugo/results.ts";
export type { Handler } from "./http/handler.ts";
export { nodeListener, type NodeListener, type NodeListenerOptions } from "./http/node-listener.ts";
export { routes, type RoutesOptions, type RouteTable } from "./http/routes.ts";
export { bearerToken } from "./jwt/bearer-token.ts";
export { connectionToken, type ConnectionClaims } from "./jwt/connection-token.ts";
export { signToken } from "./jwt/sign-token.ts";
export type { SubscribeOverride, SubscribeTerms } from "./jwt/subscribe-terms.ts";
export { subscriptionToken, type SubscriptionClaims } from "./jwt/subscription-token.ts";
export type { CommonClaims } from "./jwt/token-claims.ts";
export type { HmacAlgorithm, KeyPairAlgorithm, TokenKey } from "./jwt/token-key.ts";
export type { ClaimRules, VerificationKey } from "./jwt/verification-key.ts";
export { verifyToken, type TokenFault, type Verified } from "./jwt/verify-token.ts";
export type { ChannelCounts, ChannelState, TriggerResult } from "./pusher/answers.ts";
export type { PusherKeys } from "./pusher/keys.ts";
export {
  PusherPublisher,
  type BatchEvent,
  type CountName,
  type PusherPublisherOptions,
  type TriggerOptions,
} from "./pusher/pusher-publisher.ts";
export {
  channelAuthorization,
  userAuthentication,
  type ChannelAuthorization,
  type PresenceMember,
  type PusherUser,
  type UserAuthentication,
} from "./pusher/signature.ts";
export { signedQuery, type SignedRequest } from "./pusher/signed-query.ts";
export { isSocketId } from "./pusher/socket-id.ts";
