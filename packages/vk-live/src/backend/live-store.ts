import type { ChannelRecordInput } from "../catalogue/channel-record.ts";

/** Whoever an access token belongs to. */
export interface LiveIdentity {
  readonly kind: "user" | "app";
  readonly id: string;
}

/** What the endpoints ask of the application. Each answer may be a promise; what is thrown is answered with 500. */
export interface LiveStore {
  /** Whose access token this is; `undefined` is answered with 401. */
  authenticate(bearer: string): LiveIdentity | undefined | Promise<LiveIdentity | undefined>;
  /**
   * What `GET /v1/channel` has in `data` for this slug; `undefined` is answered with 404. The names of private
   * channels (`…#<user>`) are made for whoever asks.
   */
  channel(
    slug: string,
    identity: LiveIdentity,
  ): ChannelRecordInput | undefined | Promise<ChannelRecordInput | undefined>;
  /** Whether the user gets a token for this channel of the socket; of a name that is not known: no. */
  mayRead(userId: string, channelName: string): boolean | Promise<boolean>;
}
