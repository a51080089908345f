import * as newest from "centrifuge";
import * as newestProtobuf from "centrifuge/build/protobuf";
import * as third from "centrifuge-v3";
import * as thirdProtobuf from "centrifuge-v3/build/protobuf";
import type { Build } from "./centrifuge-js.ts";

export type BuildName = "newest" | "newest protobuf" | "3.1" | "3.1 protobuf";

/** The compiler holds private parts of classes apart that have one face. */
function asNewest(centrifuge: unknown): typeof newest.Centrifuge {
  return centrifuge as typeof newest.Centrifuge;
}

// CommonJS, whose only export is called so: the module's default is all that it exports.
const { default: thirdExports } = thirdProtobuf as unknown as { default: { default: unknown } };

export const builds: Readonly<Record<BuildName, Build>> = {
  newest: { Centrifuge: newest.Centrifuge, UnauthorizedError: newest.UnauthorizedError, protobuf: false },
  "newest protobuf": {
    Centrifuge: asNewest(newestProtobuf.Centrifuge),
    UnauthorizedError: newestProtobuf.UnauthorizedError,
    protobuf: true,
  },
  "3.1": { Centrifuge: asNewest(third.Centrifuge), protobuf: false },
  "3.1 protobuf": {
    Centrifuge: asNewest(thirdExports.default),
    protobuf: true,
    options: { protocol: "protobuf" },
  },
};
