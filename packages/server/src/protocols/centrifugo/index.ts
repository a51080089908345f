import type { Clock } from "../../core/clock.ts";
import type { Hub } from "../../core/hub.ts";
import type { Protocol, SocketEndpoint, StreamEndpoint } from "../protocol.ts";
import { emulationRoute, httpStreamEndpoint, sseEndpoint } from "./emulation.ts";
import { socketEndpoint } from "./endpoint.ts";
import { Entrances } from "./entrance.ts";
import { jsonCodec } from "./json/codec.ts";
import { protobufCodec } from "./protobuf/codec.ts";
import type { CentrifugoApp, ClientSettings, TransportSettings } from "./settings.ts";
import { CentrifugoWire, Door } from "./wire.ts";

export type { CentrifugoApp, ClientSettings, TokenSettings, TransportSettings } from "./settings.ts";

export interface CentrifugoProtocolParts {
  readonly hub: Hub;
  readonly clock: Clock;
  /** The first serves clients that name no app. */
  readonly apps: readonly CentrifugoApp[];
  readonly client: ClientSettings;
  readonly transports: TransportSettings;
  /** What the connect reply calls the server's version. */
  readonly versionText: string;
}

/** The Centrifugo wire: JSON and protobuf, over WebSocket and HTTP streams. Its server API brings its own routes. */
export function createCentrifugoProtocol({ apps, transports, ...parts }: CentrifugoProtocolParts): Protocol {
  const wire = new CentrifugoWire(parts);
  const doors = apps.map((app) => new Door(wire, app));
  const entrances = new Entrances(doors);
  const voices = { json: wire.voice(jsonCodec), protobuf: wire.voice(protobufCodec) };
  const { websocket, httpStream, sse, emulation } = transports;
  const sockets: SocketEndpoint[] = [];
  if (websocket !== undefined)
    sockets.push(socketEndpoint({ way: websocket, wire, doors, entrances, voices }));
  const emulated = {
    wire,
    entrances,
    voices: {
      json: { ...voices.json, saysGoodbye: true },
      protobuf: { ...voices.protobuf, saysGoodbye: true },
    },
  };
  const streams: StreamEndpoint[] = [];
  if (httpStream !== undefined) streams.push(httpStreamEndpoint(httpStream, emulated));
  if (sse !== undefined) streams.push(sseEndpoint(sse, emulated));
  return {
    wire: "centrifugo",
    encoders: [jsonCodec.encoder, protobufCodec.encoder],
    sockets,
    routes: streams.length > 0 ? [emulationRoute(emulation, emulated)] : [],
    streams,
    start: () => {
      wire.start();
    },
    end: () => {
      for (const door of doors) door.end();
      wire.end();
    },
  };
}
