import { randomBytes } from "node:crypto";
import { signedQuery } from "@twinwire/backend";
import { jsonOf, probe, type HttpAnswer, type NoAnswer } from "./http-probe.ts";
import { networkTrouble } from "./network-words.ts";
import { quoted, type Patient } from "./patient.ts";
import type { Findings } from "./report.ts";

/** The channel that the doctor joins, and asks the API for. */
export const doctorChannel = "private-twinwire-doctor";

const socketQuery = "protocol=7&client=twinwire-doctor&version=1.0.0&flash=false";

export function appPath(prefix: string, key: string): string {
  return `${prefix}/app/${encodeURIComponent(key)}?${socketQuery}`;
}

/** Asks the HTTP API which channels begin like the doctor's; signed where there is a secret. */
export function askApi(patient: Patient, prefix: string): Promise<HttpAnswer | NoAnswer> {
  const { target, key, secret, appId = "doctor", timeout, now } = patient;
  const path = `/apps/${encodeURIComponent(appId)}/channels`;
  const query =
    secret === ""
      ? `auth_key=${encodeURIComponent(key)}`
      : signedQuery(
          { key, secret },
          { method: "GET", path, query: { filter_by_prefix: doctorChannel }, now: now() },
        );
  return probe(`${target.origin}${prefix}${path}?${query}`, { timeout, now });
}

/** A WebSocket's handshake by hand: to see what comes in place of an upgrade. */
function askUpgrade(patient: Patient, prefix: string): Promise<HttpAnswer | NoAnswer> {
  const { target, key, timeout, now } = patient;
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  return probe(`${target.origin}${appPath(prefix, key)}`, { headers, timeout, now });
}

/** Whether an answer is the Pusher API's own, also where it refuses. */
function isApiAnswer(answer: HttpAnswer | NoAnswer): boolean {
  if (answer.kind === "none") return false;
  const json = jsonOf(answer);
  return json !== undefined && ("channels" in json || "error" in json);
}

/** Reachable, TLS, whether it is a Pusher server, upgrade and path. False: there is nobody to talk to. */
export async function examineServer(patient: Patient, findings: Findings, api: HttpAnswer): Promise<boolean> {
  const { target } = patient;
  findings.ok("reachable", `${target.origin} answers (${Math.round(api.took)} ms)`);
  findings.ok("tls", target.secure ? "the certificate is trusted" : "not encrypted");
  const upgrade = await askUpgrade(patient, target.prefix);
  if (upgrade.kind === "answer" && upgrade.status === 101) {
    findings.ok("server", "a WebSocket server answers");
    findings.ok("upgrade", `${target.prefix}/app/{key} is upgraded`);
    findings.ok(
      "path",
      target.prefix === "" ? "no prefix" : `the prefix ${target.prefix} leads to the server`,
    );
    return true;
  }
  if (upgrade.kind === "none") {
    findings.bad("fail", "upgrade", {
      said:
        upgrade.code === "timeout"
          ? "the request to upgrade is never answered, and others are"
          : `the request to upgrade ends without an answer (${upgrade.code})`,
      mend: upgradeMend,
    });
    return false;
  }
  await explainStatus(patient, findings, { upgrade, api });
  return false;
}

const upgradeMend =
  "have the proxy speak HTTP/1.1 to the server and pass on Upgrade and Connection; in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade";

/** Why a request to upgrade was answered with something else. */
async function explainStatus(
  patient: Patient,
  findings: Findings,
  { upgrade, api }: { readonly upgrade: HttpAnswer; readonly api: HttpAnswer },
): Promise<void> {
  const { prefix, origin } = patient.target;
  const { status, headers } = upgrade;
  if (status >= 300 && status < 400) {
    const place = (headers.get("location") ?? "").replace(/[?#].*$/s, "");
    findings.bad("fail", "server", {
      said: `${status}: a redirect to ${quoted(place, patient)}, which no WebSocket client follows`,
      mend: "give clients the address that it leads to",
    });
    return;
  }
  if (status >= 502 && status <= 504) {
    findings.bad("fail", "server", {
      said: `a proxy answers ${status}: it does not reach the server behind it`,
      mend: "start the server, and look at the address and the port in the proxy's configuration",
    });
    return;
  }
  if (isApiAnswer(api)) {
    findings.ok("server", "a Pusher server answers");
    findings.bad("fail", "upgrade", {
      said: `the server answers, but a request to upgrade is answered with ${status}: the proxy does not pass the upgrade on`,
      mend: upgradeMend,
    });
    return;
  }
  const elsewhere = await otherPrefix(patient);
  if (elsewhere !== undefined) {
    findings.ok("server", "a Pusher server answers");
    findings.bad("fail", "path", {
      said: `the server answers at ${origin}${elsewhere}, not at ${origin}${prefix}`,
      mend: `give clients ${elsewhere === "" ? "no path" : `the path ${elsewhere}`}, or have the proxy serve ${prefix === "" ? "/app/ and /apps/" : prefix}`,
    });
    return;
  }
  if (prefix !== "" && isTwinwires(upgrade)) {
    findings.ok("server", "a server answers");
    findings.bad("fail", "path", {
      said: `${prefix}/app/{key} is answered with ${status}: the proxy leads to the server, but leaves ${prefix} on`,
      mend: `have the proxy take it off; in nginx: location ${prefix}/ { proxy_pass http://127.0.0.1:8000/; }, with the slash at the end`,
    });
    return;
  }
  findings.bad("fail", "server", {
    said: `something else than a Pusher server answers: ${status}, ${describe(upgrade, patient)}`,
    mend: tlsPort.test(upgrade.text)
      ? "give https://: this port speaks TLS"
      : "look at the port and the path; where a proxy stands before the server, at what it does with /app/ and /apps/",
  });
}

const tlsPort = /HTTPS port|HTTPS server/i;

/** Where the server answers in place of the path that was given: without it, or under the one that old clients have. */
async function otherPrefix(patient: Patient): Promise<string | undefined> {
  const { prefix } = patient.target;
  for (const other of ["", "/pusher"]) {
    if (other === prefix) continue;
    const upgrade = await askUpgrade(patient, other);
    if (upgrade.kind === "answer" && upgrade.status === 101) return other;
  }
  return undefined;
}

/** What Twinwire says where it has no route. */
function isTwinwires({ status, text }: HttpAnswer): boolean {
  return status === 404 && text === "not found\n";
}

function describe({ headers, text }: HttpAnswer, patient: Patient): string {
  const type = headers.get("content-type")?.split(";")[0] ?? "without a type";
  const server = headers.get("server");
  const from = server === null ? "" : ` from ${quoted(server, patient)}`;
  return `${quoted(text, patient, 60)} (${type})${from}`;
}

/** No answer at all. Where a plain request was cut off, it may have been meant to be TLS. */
export async function explainSilence(
  patient: Patient,
  findings: Findings,
  { code }: NoAnswer,
): Promise<void> {
  const { target, timeout, now } = patient;
  const trouble = networkTrouble(code, target, timeout / 1000);
  if (!target.secure && (code === "ECONNRESET" || trouble.check === "server")) {
    const secure = `${target.origin.replace("http:", "https:")}/`;
    const answer = await probe(secure, { timeout, now, anyCertificate: true });
    if (answer.kind === "answer") {
      findings.ok("reachable", `${target.origin} takes connections`);
      findings.bad("fail", "tls", {
        said: "this port speaks TLS, and the URL is a plain one",
        mend: "give https:// (for clients: forceTLS)",
      });
      return;
    }
  }
  if (trouble.check !== "reachable") findings.ok("reachable", `${target.origin} takes connections`);
  findings.bad("fail", trouble.check, trouble);
}
