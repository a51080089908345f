import { closure } from "../../../core/closure.ts";
import { Unsayable } from "../../../core/encoder.ts";

/** Bytes met a JSON client; closed as Centrifugo does it (B12). */
export const bytesOnJson = new Unsayable(
  closure("inappropriate-protocol", "data that is no JSON on a JSON connection"),
);
