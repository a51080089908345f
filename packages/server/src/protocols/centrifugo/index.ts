import type { Clock } from "../../core/clock.ts";
import type { Hub } from "../../core/hub.ts";
import type { Protocol, SocketEndpoint, StreamEndpoint } from "../protocol.ts";
import { emulationRoute, httpStreamEndpoint, sseEndpoint } from "./emulation.ts";
import { socketEndpoint } from "./endpoint.ts";
import { Entrances } from "./entrance.ts";
import { jsonCodec } from "./json/codec.ts";
import { protobufCodec } from "./protobuf/codec.ts";
import { initRoute } from "./requests.ts";
import type { CentrifugoApp, ClientSettings, TransportSettings } from "./settings.ts";
import { unidirectionalCodec } from "./unidirectional/codec.ts";
import { uniSocketEndpoint, uniStreamEndpoint } from "./unidirectional/endpoints.ts";
import { CentrifugoWire, Door, type Following } from "./wire.ts";

export type {
  CentrifugoApp,
  ClientSettings,
  TokenKeys,
  TokenSettings,
  TransportSettings,
} from "./settings.ts";

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
  readonly transports: TransportSettings;
  /** What the connect reply calls the server's version. */
  readonly versionText: string;
}

/** The Centrifugo wire: JSON and protobuf, over WebSocket and HTTP streams. Its server API brings its own routes. */
export function createCentrifugoProtocol({
  apps,
  transports,
  ...parts
}: CentrifugoProtocolParts): CentrifugoProtocol {
  const wire = new CentrifugoWire(parts);
  const doors = apps.map((app) => new Door(wire, app));
  const entrances = new Entrances(doors);
  const voices = { json: wire.voice(jsonCodec, true), protobuf: wire.voice(protobufCodec, true) };
  const { websocket, httpStream, sse, emulation, uniHttpStream, uniSse, uniWebsocket, init } = transports;
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
  const speaksByRequests = streams.length > 0;
  const unidirectional = {
    wire,
    entrances,
    voice: { ...wire.voice(unidirectionalCodec, false), saysGoodbye: true },
  };
  if (uniHttpStream !== undefined)
    streams.push(uniStreamEndpoint("httpStream", uniHttpStream, unidirectional));
  if (uniSse !== undefined) streams.push(uniStreamEndpoint("sse", uniSse, unidirectional));
  if (uniWebsocket !== undefined) sockets.push(uniSocketEndpoint(uniWebsocket, unidirectional));
  return {
    wire: "centrifugo",
    encoders: [jsonCodec.encoder, protobufCodec.encoder, unidirectionalCodec.encoder],
    sockets,
    routes: [
      ...(speaksByRequests ? [emulationRoute(emulation, emulated)] : []),
      ...(init === undefined ? [] : [initRoute(init, entrances)]),
    ],
    streams,
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
