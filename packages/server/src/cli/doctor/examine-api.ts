import { jsonOf, type HttpAnswer } from "./http-probe.ts";
import { quoted, type Patient } from "./patient.ts";
import type { Findings } from "./report.ts";

/** Seconds that a signed request may be off (protocol notes, 3.2). */
const tolerance = 600;
/** Seconds from which a clock is no longer well kept. */
const drift = 30;

/** This machine's clock against the server's, or its proxy's. */
export function examineClock(findings: Findings, { headers, at }: HttpAnswer): void {
  const date = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(date)) {
    findings.skip("clock", "the answer has no date");
    return;
  }
  // The date has whole seconds, and stands for any moment within.
  const ahead = Math.round((at - (date + 500)) / 1000);
  const off = Math.abs(ahead);
  if (off <= drift) {
    findings.ok("clock", off <= 1 ? "as the server's" : `${off} s from the server's`);
    return;
  }
  const said = `this machine's clock is ${off} s ${ahead > 0 ? "ahead of" : "behind"} the server's`;
  const mend =
    "set both clocks by NTP (timedatectl set-ntp true); auth_timestamp is in UTC, not in local time";
  if (off > tolerance)
    findings.bad("fail", "clock", { said: `${said}: signed requests hold for ${tolerance} s`, mend });
  else findings.bad("warn", "clock", { said, mend });
}

/** What the signed request came to. */
export function examineApi(patient: Patient, findings: Findings, answer: HttpAnswer): void {
  const { appId, secret, key, target } = patient;
  if (secret === "" || appId === undefined) {
    findings.skip("api", `not looked at: give ${secret === "" ? "--secret" : "--app-id"}`);
    return;
  }
  const json = jsonOf(answer);
  const error = json?.["error"];
  const text = typeof error === "string" ? quoted(error, patient) : quoted(answer.text, patient, 100);
  const fail = (said: string, mend: string): void => {
    findings.bad("fail", "api", { said, mend });
  };
  const { status } = answer;
  if (status === 200 && json !== undefined && "channels" in json) {
    findings.ok("api", "a signed request is answered");
    return;
  }
  if (status === 404 && json === undefined) {
    const place = `${target.prefix}/apps/`;
    if (target.prefix === "")
      fail(
        `${place} leads to something else: 404, ${text}`,
        "have the proxy pass /apps/ on to the server as well as /app/, or publish to the server's own address",
      );
    else
      findings.bad("fail", "path", {
        said: `WebSockets are passed on at ${target.prefix}, but ${place} is answered with 404: ${target.prefix} is left on`,
        mend: `have the proxy take ${target.prefix} off, or publish to the server's own address`,
      });
    return;
  }
  if (status === 404) {
    fail(
      `the server has no app with the id ${appId} (404)`,
      `give the id that stands beside the key ${key} (apps[].id)`,
    );
    return;
  }
  if (status === 401 && findings.failed("clock")) {
    fail(`a signed request is refused, for the clock (401): ${text}`, "mend the clock first");
    return;
  }
  if (status === 401 && findings.failed("secret")) {
    fail(`a signed request is refused as well (401): ${text}`, "mend the secret first");
    return;
  }
  if (status === 401) {
    fail(
      noKeyOfApp.test(text)
        ? `the app id ${appId} is that of another app than the key ${key} (401)`
        : `a signed request is refused, though a private channel opens with the same secret (401): ${text}`,
      noKeyOfApp.test(text)
        ? "give the id, the key and the secret of one and the same app"
        : "look whether the app id belongs to the key, and whether a proxy changes the path, the query or the body",
    );
    return;
  }
  if (status === 403) {
    fail(
      `a signed request is refused (403): ${text}`,
      "look whether the app is enabled, and what the proxy lets through",
    );
    return;
  }
  fail(
    `a signed request is answered with ${status}: ${text}`,
    "look at the log of the server, and of the proxy before it",
  );
}

const noKeyOfApp = /no key of this app/;
