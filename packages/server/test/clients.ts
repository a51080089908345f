export { CentrifugoApi, PusherApi, type ApiAnswer } from "./clients/apis.ts";
export {
  CentrifugeClient,
  valueOf,
  type ConnectOptions,
  type Encoding,
  type SubscribeTerms,
} from "./clients/centrifuge-client.ts";
export {
  isClosed,
  type AppKeys,
  type Client,
  type ClientOptions,
  type Heard,
  type JoinTerms,
  type Moved,
  type Verdict,
  type Wire,
} from "./clients/client.ts";
export { near, PusherClient, pusherSigner, type PusherMessage } from "./clients/pusher-client.ts";
export { RawCentrifugo, RawPusher } from "./clients/raw-clients.ts";
export { token } from "./e2e/tokens.ts";
