import type { Clock } from "../../core/clock.ts";
import type { Hub } from "../../core/hub.ts";
import type { Protocol } from "../protocol.ts";
import { socketEndpoint } from "./endpoint.ts";
import { jsonCodec } from "./json/codec.ts";
import { protobufCodec } from "./protobuf/codec.ts";
import type { CentrifugoApp, ClientSettings } from "./settings.ts";
import { CentrifugoWire, Door } from "./wire.ts";

export type { CentrifugoApp, ClientSettings, TokenSettings } from "./settings.ts";

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
export function createCentrifugoProtocol({ apps, ...parts }: CentrifugoProtocolParts): Protocol {
  const wire = new CentrifugoWire(parts);
  const doors = apps.map((app) => new Door(wire, app));
  const voices = { json: wire.voice(jsonCodec), protobuf: wire.voice(protobufCodec) };
  return {
    wire: "centrifugo",
    encoders: [jsonCodec.encoder, protobufCodec.encoder],
    sockets: [socketEndpoint(wire, doors, voices)],
    routes: [],
    start: () => {
      wire.start();
    },
    end: () => {
      for (const door of doors) door.end();
      wire.end();
    },
  };
}
