import { accessCases } from "./access.cases.ts";
import { boundsCases } from "./bounds.cases.ts";
import { cacheCases } from "./cache.cases.ts";
import type { BridgeCase } from "./case.ts";
import { clientEventCases } from "./client-events.cases.ts";
import { encodingCases } from "./encodings.cases.ts";
import { forgingCases } from "./forging.cases.ts";
import { formCases } from "./form.cases.ts";
import { idCases } from "./ids.cases.ts";
import { identityCases } from "./identities.cases.ts";
import { memberCases } from "./members.cases.ts";
import { nameCases } from "./names.cases.ts";
import { presenceCases } from "./presence.cases.ts";
import { publishingCases } from "./publishing.cases.ts";
import { readingCases } from "./reading.cases.ts";
import { tenantKeyCases } from "./tenant-keys.cases.ts";
import { tenantCases } from "./tenants.cases.ts";
import { userCases } from "./users.cases.ts";
import { verbCases } from "./verbs.cases.ts";

function ruleNumber({ rule }: BridgeCase): number {
  return Number(rule.slice(1));
}

const tables: readonly BridgeCase[] = [
  ...nameCases,
  ...accessCases,
  ...readingCases,
  ...publishingCases,
  ...clientEventCases,
  ...idCases,
  ...presenceCases,
  ...memberCases,
  ...identityCases,
  ...userCases,
  ...verbCases,
  ...formCases,
  ...forgingCases,
  ...cacheCases,
  ...boundsCases,
  ...tenantCases,
  ...tenantKeyCases,
  ...encodingCases,
];

/** Of these nothing depends on how a Centrifugo client spells what it says. */
const spelling: readonly BridgeCase[] = [...nameCases, ...formCases, ...forgingCases, ...encodingCases];

/** The other cases with a Centrifugo client once more, for clients that speak protobuf. */
const inProtobuf = tables
  .filter((one) => (one.from === "centrifugo" || one.to === "centrifugo") && !spelling.includes(one))
  .map((one): BridgeCase => ({ ...one, encoding: "protobuf" }));

/** The table: every sentence of the bridge's rules B1 to B14, from each wire to each wire, in the rules' order. */
export const bridgeCases: readonly BridgeCase[] = [...tables, ...inProtobuf].toSorted(
  (a, b) => ruleNumber(a) - ruleNumber(b),
);
