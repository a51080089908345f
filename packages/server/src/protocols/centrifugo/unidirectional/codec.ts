import type { Codec } from "../codec.ts";
import { parseConnectRequest } from "../json/parse.ts";
import { jsonPushes } from "../json/pushes.ts";
import { connectText } from "../json/replies.ts";

/** A client that only listens is told pushes alone, without a reply around them (protocol notes, 8.2). */
export const unidirectionalCodec: Codec = {
  ...jsonPushes("u", "", ""),
  ping: "{}",
  decode: (frame) => [parseConnectRequest(typeof frame === "string" ? frame : Buffer.from(frame).toString())],
  reply(_, reply) {
    if (reply.kind !== "connect") throw new Error(`nobody asked for ${reply.kind}`);
    const text = connectText(reply.result);
    return typeof text === "string" ? `{"connect":${text}}` : text;
  },
  refusal() {
    throw new Error("a client that only listens is refused by its end");
  },
  join: (first: string, second: string) => `${first}\n${second}`,
};
