import { examineApi, examineClock } from "./examine-api.ts";
import { examineApp } from "./examine-app.ts";
import { askApi, examineServer, explainSilence } from "./examine-server.ts";
import type { Patient } from "./patient.ts";
import { Findings, type Check } from "./report.ts";

/** Looks at a running server from outside. Every step has a limit of time; nothing it does outlives it. */
export async function examine(patient: Patient): Promise<readonly Check[]> {
  const findings = new Findings();
  const api = await askApi(patient, patient.target.prefix);
  if (api.kind === "none") {
    await explainSilence(patient, findings, api);
    return findings.checks;
  }
  if (!(await examineServer(patient, findings, api))) return findings.checks;
  examineClock(findings, api);
  if (await examineApp(patient, findings)) examineApi(patient, findings, api);
  return findings.checks;
}
