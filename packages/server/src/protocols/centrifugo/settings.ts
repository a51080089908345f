import type { App } from "../../core/app.ts";
import type { AppProxies } from "./proxies/app-proxies.ts";
import type { CloseCode } from "../../core/outlet.ts";

/** Keys and checks of JSON Web Tokens; an empty text is unset (protocol notes, 4.3). */
export interface TokenSettings {
  readonly hmacSecret: string;
  /** Also accepted while keys are rotated. */
  readonly previousHmacSecret: string;
  /** Unix seconds until which the previous key is accepted; 0 = always. */
  readonly previousValidUntil: number;
  /** PEM. RS256, RS384, RS512. */
  readonly rsaPublicKey: string;
  /** PEM. ES256, ES384 or ES512, by its curve. */
  readonly ecdsaPublicKey: string;
  /** Address of a JSON Web Key Set; `{{name}}` is a group of one of the patterns. Set: no other key is good. */
  readonly jwksEndpoint: string;
  readonly audience: string;
  /** Without the flags that make a pattern remember; as the next. */
  readonly audiencePattern: RegExp | undefined;
  readonly issuer: string;
  readonly issuerPattern: RegExp | undefined;
  /** Claim with the user's id; unset = `sub`. */
  readonly userIdClaim: string;
}

/** What an app's tokens are checked by. Settings that are the same object are the same keys. */
export interface TokenKeys {
  /** Undefined: no token is accepted. */
  readonly tokens: TokenSettings | undefined;
  /** Keys of subscription tokens; undefined = the same as of connection tokens. */
  readonly subscriptionTokens: TokenSettings | undefined;
}

/** An app as its Centrifugo clients meet it. Without token keys, connect proxy, anonymous or insecure entry nobody gets in: 3500 or 3501. */
export interface CentrifugoApp extends TokenKeys {
  readonly app: App;
  /** Asked for with `?app=KEY`, by any of its keys; a client that names none gets the first app. */
  readonly keys: readonly string[];
  /** `apps[].enabled`: off, nobody gets in. @default true */
  readonly enabled?: boolean;
  /** `apps[].tls_only`. @default false */
  readonly tlsOnly?: boolean;
  /** Who asks the application. @default nobody does */
  readonly proxies?: AppProxies | undefined;
  readonly anonymousWithoutToken: boolean;
  readonly disallowAnonymousTokens: boolean;
  /** Everybody connects, and what a token says of expiry does not hold for the connection. */
  readonly insecure: boolean;
  /** Tokens are read without checking who signed them. */
  readonly skipSignature: boolean;
  /** Header of the handshake that names the user of a client without a token; empty = none. @default "" */
  readonly userHeader?: string;
  /** Patterns of origins of browsers, `*` for any text without `/`; `*` alone is any origin. Empty: no browser gets in. */
  readonly allowedOrigins: readonly string[];
  /** How clients that only listen are told an error of their connect request, by its code. @default as Centrifugo has it */
  readonly unidirectionalDisconnects?: ReadonlyMap<number, CloseCode>;
}

/** A transport's route, where messages come one by one. */
export interface SocketWay {
  readonly path: string;
  /** Bytes of one frame; above: 1009. */
  readonly frameLimit: number;
}

/** A transport's route, where what a client says comes as a request. */
export interface HttpWay {
  readonly path: string;
  /** Bytes of one request's body; above: HTTP 413. */
  readonly bodyLimit: number;
}

/** An HTTP response in place of a stream. */
export interface RefusalResponse {
  readonly status: number;
  readonly body: string;
}

export interface UniHttpWay extends HttpWay {
  /** What a refused connect request is answered with, by the code of its error or disconnect; others get a stream that ends. */
  readonly responses: ReadonlyMap<number, RefusalResponse>;
}

export interface UniSocketWay extends SocketWay {
  /** A disconnect push goes out before the close frame. */
  readonly disconnectPush: boolean;
}

/** How clients connect; undefined = not by this transport (HTTP 404). */
export interface TransportSettings {
  readonly websocket: SocketWay | undefined;
  readonly httpStream: HttpWay | undefined;
  readonly sse: HttpWay | undefined;
  /** What clients of the two above say; there with either of them. */
  readonly emulation: HttpWay;
  /** Path of the route that is asked for nothing. */
  readonly init: string | undefined;
  readonly uniHttpStream: UniHttpWay | undefined;
  readonly uniSse: UniHttpWay | undefined;
  readonly uniWebsocket: UniSocketWay | undefined;
}

/** Bounds and times of every Centrifugo connection. Times in milliseconds. */
export interface ClientSettings {
  /** Between two pings of the server; not positive = none. */
  readonly pingInterval: number;
  /** A client may take so long to answer; not positive = nobody checks. */
  readonly pongTimeout: number;
  /** Channels of one client: above 106, for those that the server subscribes it to 3505. 0 = any. */
  readonly channelLimit: number;
  /** A connection without a successful connect command is closed after this time (3502). */
  readonly staleCloseDelay: number;
  /** A connection whose token ran out has so long to refresh it (3005). */
  readonly expiredCloseDelay: number;
  /** The same for a subscription (2501, and 3006 where the server made it). */
  readonly expiredSubCloseDelay: number;
  /** Bytes of a channel's name; above: 107. */
  readonly maxChannelLength: number;
  /** The connect reply has the server's time. */
  readonly includeServerTime: boolean;
}
