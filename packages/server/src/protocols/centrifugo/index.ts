import type { Clock } from "../../core/clock.ts";
import type { Hub } from "../../core/hub.ts";
import type { Protocol } from "../protocol.ts";
import { socketEndpoint } from "./endpoint.ts";
import { jsonCodec } from "./json/codec.ts";
import { protobufCodec } from "./protobuf/codec.ts";
import type { CentrifugoApp, ClientSettings } from "./settings.ts";
import { CentrifugoWire, Door, type Following } from "./wire.ts";

export type { CentrifugoApp, ClientSettings, TokenKeys, TokenSettings } from "./settings.ts";

/** The wire, and what of it can be changed while it runs. */
export interface CentrifugoProtocol extends Protocol {
  /** Of each app, in the order of `apps`. */
  adopt(following: readonly Following[]): void;
}

export interface CentrifugoProtocolParts {
  readonly hub: Hub;
  readonly clock: Clock;
  /** The first serves clients that name no app. */
  readonly apps: readonly CentrifugoApp[];
  readonly client: ClientSettings;
  /** What the connect reply calls the server's version. */
  readonly versionText: string;
}

/** The Centrifugo wire: JSON and protobuf over WebSocket. Its server API brings its own routes. */
export function createCentrifugoProtocol({ apps, ...parts }: CentrifugoProtocolParts): CentrifugoProtocol {
  const wire = new CentrifugoWire(parts);
  const doors = apps.map((app) => new Door(wire, app));
  const voices = { json: wire.voice(jsonCodec), protobuf: wire.voice(protobufCodec) };
  return {
    wire: "centrifugo",
    encoders: [jsonCodec.encoder, protobufCodec.encoder],
    sockets: [socketEndpoint(wire, doors, voices)],
    routes: [],
    adopt: (following) => {
      for (const [index, one] of following.entries()) doors[index]?.adopt(one);
    },
    start: () => {
      wire.start();
    },
    end: () => {
      for (const door of doors) door.end();
      wire.end();
    },
  };
}
