import { test } from "bun:test";
import { bridgeCases } from "./bridge-cases.ts";
import { caseTimeout, runCase, titleOf } from "./case.ts";

for (const one of bridgeCases) test(titleOf(one), () => runCase(one), caseTimeout);
