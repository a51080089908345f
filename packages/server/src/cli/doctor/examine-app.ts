import { channelAuthorization } from "@twinwire/backend";
import { appPath, doctorChannel } from "./examine-server.ts";
import { quoted, type Patient } from "./patient.ts";
import type { Findings } from "./report.ts";
import { SocketProbe, type SocketOutcome } from "./socket-probe.ts";
import { socketOrigin } from "./target.ts";

function open(patient: Patient, headers: Readonly<Record<string, string>> = {}): SocketProbe {
  const { target, key, timeout } = patient;
  return new SocketProbe(`${socketOrigin(target)}${appPath(target.prefix, key)}`, timeout, headers);
}

/** Key, origin, secret and idle time: what a connection shows. False: no connection was to be had. */
export async function examineApp(patient: Patient, findings: Findings): Promise<boolean> {
  using socket = open(patient);
  const hello = await socket.hello();
  if (hello.kind !== "established") {
    explainRefusal(patient, findings, hello);
    return false;
  }
  findings.ok("app", `the key is known, and the app takes connections`);
  if (hello.activityTimeout === undefined) findings.skip("idle", "the server names no activity_timeout");
  else
    findings.ok(
      "idle",
      `clients ask for a sign of life after ${hello.activityTimeout} s of silence: proxies have to wait longer (nginx: 60 s unless proxy_read_timeout says more)`,
    );
  await examineOrigin(patient, findings);
  if (patient.secret === "") {
    findings.skip("secret", "not looked at: give --secret, or TWINWIRE_SECRET");
    return true;
  }
  const { auth } = channelAuthorization(patient, hello.socketId, doctorChannel);
  const outcome = await socket.subscribe(doctorChannel, auth);
  switch (outcome.kind) {
    case "subscribed":
      findings.ok("secret", "a private channel opens with its signature");
      return true;
    case "refused":
      findings.bad("fail", "secret", {
        said: `the signature of a private channel is refused: ${quoted(outcome.message, patient)}`,
        mend: "give the back end the secret that stands beside this key in the server's configuration (apps[].secret), without spaces or quotes around it",
      });
      return true;
    case "closed":
      findings.bad("fail", "secret", {
        said: `the connection is closed in place of an answer to a subscription: ${quoted(outcome.message, patient)}`,
        mend: "look at the server's log: its own reason stands there",
      });
      return true;
    case "silent":
      findings.bad("fail", "secret", {
        said: "the subscription to a private channel is not answered",
        mend: "look at the server's log, and at proxies that hold messages back",
      });
      return true;
  }
}

/** A page's browser sends its origin, which servers and proxies may refuse. */
async function examineOrigin(patient: Patient, findings: Findings): Promise<void> {
  const { pageOrigin } = patient;
  if (pageOrigin === undefined) {
    findings.skip("origin", "not looked at: give --origin, that of your pages");
    return;
  }
  using socket = open(patient, { origin: pageOrigin });
  const hello = await socket.hello();
  if (hello.kind === "established") {
    findings.ok("origin", `pages of ${pageOrigin} may connect`);
    return;
  }
  findings.bad("fail", "origin", {
    said: `pages of ${pageOrigin} may not connect: ${quoted(outcomeText(hello), patient)}`,
    mend: "put the origin into apps[].allowed_origins, with its scheme and port as the browser sends it",
  });
}

type Refused = Exclude<SocketOutcome, { kind: "established" }>;

function outcomeText(outcome: Refused): string {
  switch (outcome.kind) {
    case "refused":
      return `${outcome.code} ${outcome.message}`;
    case "foreign":
      return outcome.text;
    case "not-opened":
      return outcome.message;
    case "silent":
      return "no answer";
  }
}

function explainRefusal(patient: Patient, findings: Findings, outcome: Refused): void {
  const text = quoted(outcomeText(outcome), patient);
  switch (outcome.kind) {
    case "refused":
      explainCode(patient, findings, { code: outcome.code, text });
      return;
    case "foreign":
      findings.bad("fail", "server", {
        said: `a WebSocket server answers, but not as a Pusher server does: ${text}`,
        mend: "look at the port and the path",
      });
      return;
    case "not-opened":
      findings.bad("fail", "upgrade", {
        said: `the WebSocket does not open: ${text}`,
        mend: "look at what the proxy does with WebSockets, and at the server's log",
      });
      return;
    case "silent":
      findings.bad("fail", "upgrade", {
        said: "the WebSocket opens, and nothing comes: it is no Pusher server's, or something holds messages back",
        mend: "look at the port and the path; where a proxy stands before the server, have it pass messages on at once",
      });
  }
}

/** Close codes that a server turns a client away with (protocol notes, 1.5). */
function explainCode(
  { target, key }: Patient,
  findings: Findings,
  { code, text }: { readonly code: number; readonly text: string },
): void {
  switch (code) {
    case 4000:
      findings.bad("fail", "tls", {
        said: target.secure
          ? "the server takes the connection for a plain one, and the app wants TLS (4000)"
          : "the app takes encrypted connections only (4000), and this URL is a plain one",
        mend: target.secure
          ? "have the proxy send X-Forwarded-Proto: https; in nginx: proxy_set_header X-Forwarded-Proto $scheme"
          : "give https:// (for clients: forceTLS), or turn apps[].tls_only off",
      });
      return;
    case 4001:
      findings.bad("fail", "app", {
        said: `the server has no app with the key ${key} (4001)`,
        mend: "give the key that stands in the server's configuration (apps[].key): not the id, and not that of another environment",
      });
      return;
    case 4003:
      findings.bad("fail", "app", {
        said: "the app is disabled (4003)",
        mend: "set apps[].enabled to true, and start the server anew",
      });
      return;
    case 4004:
    case 4100:
      findings.bad("fail", "app", {
        said: `the app has as many connections as it may have: ${text}`,
        mend: "raise apps[].limits.connections, or find out who opens so many",
      });
      return;
    case 4009:
      findings.bad("fail", "origin", {
        said: `connections that are no page's are refused: ${text}`,
        mend: "give --origin, that of your pages, and put it into the server's list of allowed origins",
      });
      return;
    default:
      findings.bad("fail", "app", {
        said: `the server turns connections away: ${text}`,
        mend: "look at the server's log",
      });
  }
}
