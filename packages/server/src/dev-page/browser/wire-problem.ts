import type { Problem } from "../shell/problem.ts";

const returnsByItself = "The client comes back by itself.";
const startAgain =
  "The client tries again by itself; if the server has stopped, start it with npx twinwire dev.";
const reload = "Reload the page: it then asks for this server's keys again.";

interface Known {
  readonly why: string;
  readonly next: string;
}

/** Close and error codes of the Pusher wire. */
const pusherCodes: Readonly<Record<number, Known>> = {
  4000: {
    why: "The app takes encrypted connections only.",
    next: "Open this page over https, or set tls_only to false.",
  },
  4001: { why: "No app of this server has that key.", next: reload },
  4003: { why: "The app is disabled.", next: "Set enabled to true for it in the configuration." },
  4004: { why: "The app has as many connections as it may.", next: "Raise limits.connections of the app." },
  4009: { why: "The connection was not authorised.", next: reload },
  4100: { why: "The server is over its capacity.", next: returnsByItself },
  4200: { why: "The server asked its clients to come back.", next: startAgain },
  4201: { why: "No answer to a ping came in time.", next: returnsByItself },
  4301: {
    why: "More client events came than the app allows in a second.",
    next: "Wait a second, or raise limits.client_events_per_second.",
  },
};

/** Disconnect codes and error codes of the Centrifugo wire. */
const centrifugoCodes: Readonly<Record<number, Known>> = {
  101: { why: "The token is not accepted.", next: reload },
  102: {
    why: "There is no namespace of that name.",
    next: "Add it to channel.namespaces, or take a channel without “:”.",
  },
  103: {
    why: "The channel's options do not permit it.",
    next: "Change the options of its namespace, or join a presence- channel.",
  },
  106: {
    why: "A limit of the channel or of the client is reached.",
    next: "Leave other channels, or raise the limit in the configuration.",
  },
  107: {
    why: "The server could not accept what was sent.",
    next: "Open the last frame below to read its answer.",
  },
  108: { why: "The channel does not offer that.", next: "Switch it on in the options of its namespace." },
  111: {
    why: "More publications came than the app allows in a second.",
    next: "Wait a second, or raise limits.client_events_per_second.",
  },
  3000: { why: "The connection was closed as usual.", next: returnsByItself },
  3001: { why: "The server is shutting down.", next: startAgain },
  3005: { why: "The connection's token has expired.", next: returnsByItself },
  3008: { why: "The page read too slowly.", next: returnsByItself },
  3012: { why: "No answer to a ping came in time.", next: returnsByItself },
  3500: { why: "The token is not valid for this server.", next: reload },
  3501: { why: "The server could not read what was sent.", next: "Open the last frame below." },
  3503: { why: "The application ended the connection.", next: "Reload the page to connect again." },
};

/** Close codes that belong to neither wire. */
const socketCodes: Readonly<Record<number, Known>> = {
  1000: { why: "The connection was closed as usual.", next: returnsByItself },
  1001: { why: "The server is going away.", next: startAgain },
  1006: { why: `Nothing answers at this address, or the network is down.`, next: startAgain },
};

function explained(what: string, known: Known | undefined, said: { code: number; reason: string }): Problem {
  const { code, reason } = said;
  // Codes below 100 are inner ones of the libraries, and of no use to a reader.
  const number = code < 100 ? "" : ` (code ${code})`;
  if (known !== undefined) return { what, why: known.why.replace(/\.$/, `${number}.`), next: known.next };
  const why = reason === "" ? `The server gave no reason${number}.` : `The server said “${reason}”${number}.`;
  return { what, why, next: "Open the last frame below to read its answer." };
}

export function pusherProblem(what: string, code: number, reason: string): Problem {
  return explained(what, pusherCodes[code] ?? socketCodes[code], { code, reason });
}

export function centrifugoProblem(what: string, code: number, reason: string): Problem {
  return explained(what, centrifugoCodes[code] ?? socketCodes[code], { code, reason });
}
