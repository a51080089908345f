declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Id of an app, the tenant: channels of two apps never meet (B13). */
export type AppId = Branded<"app">;
/** Name of a channel as its clients spell it. */
export type ChannelName = Branded<"channel">;
/** Injective in (app, channel): what brokers, histories and topics are keyed by (B13). */
export type ChannelKey = Branded<"channel-key">;
/** Id of a user as the application names it; empty for somebody unknown. */
export type UserId = Branded<"user">;
/** Public id of one connection: shown in presence, joins and publications. */
export type ClientId = Branded<"client">;
/** A native fan-out topic: one channel in one encoding. */
export type Topic = Branded<"topic">;
/** Id of one server process. */
export type NodeId = Branded<"node">;

export const appId = (text: string): AppId => text as AppId;
export const channelName = (text: string): ChannelName => text as ChannelName;
export const userId = (text: string): UserId => text as UserId;
export const clientId = (text: string): ClientId => text as ClientId;
export const topic = (text: string): Topic => text as Topic;
export const nodeId = (text: string): NodeId => text as NodeId;

/** Nobody known: an anonymous Centrifugo client, or a Pusher client that has not signed in. */
export const nobody = userId("");

/** What goes before a channel's name in its key. The length in front keeps ids with any character apart. */
export function keyPrefix(app: AppId): string {
  return `${app.length}:${app}:`;
}

export function channelKey(prefix: string, channel: ChannelName): ChannelKey {
  return (prefix + channel) as ChannelKey;
}
