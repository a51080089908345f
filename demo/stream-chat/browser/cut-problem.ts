import type { ChannelFault } from "@twinwire/vk-live";
import type { Problem } from "../../../packages/server/src/dev-page/shell/problem.ts";

/** How a socket ended. */
export interface Closure {
  readonly code: number;
  readonly reason: string;
}

/** What is said while the connection is cut, and the client tries again by itself. */
export function cutProblem(closure: Closure | undefined, isPlugged: boolean): Problem {
  const what = "The chat is cut off.";
  if (!isPlugged)
    return {
      what,
      why: "The network is unplugged.",
      next: "Plug it in again in the control panel: what was said meanwhile comes then.",
    };
  return {
    what,
    why: whyCut(closure),
    next: "It comes back by itself, with what was said meanwhile. If the server has stopped, start it with npm start.",
  };
}

function whyCut(closure: Closure | undefined): string {
  if (closure === undefined) return "The connection was lost.";
  const { code, reason } = closure;
  if (reason !== "") return `The server said “${reason}” (code ${code}).`;
  if (code === 1006) return "Nothing answers: the network is down, or the server has stopped.";
  return `The server closed the connection (code ${code}).`;
}

/** What is said where the client has given up, or where a chat cannot be joined. */
export function faultProblem(what: string, fault: ChannelFault): Problem {
  const next =
    "code" in fault && fault.code === unknownChannel
      ? "Give the server the namespaces of demo/stream-chat/namespaces.ts, or start it without a configuration of your own."
      : nextAfter(fault);
  return { what, why: whyFault(fault), next };
}

/** The server's error for a channel whose namespace it does not have. */
const unknownChannel = 102;

export function whyFault(fault: ChannelFault): string {
  switch (fault.kind) {
    case "unauthorized":
    case "forbidden":
    case "not-found":
      return `The DevAPI answered “${fault.message}”.`;
    case "unavailable":
      return `The DevAPI answered with status ${fault.status}: ${fault.message}.`;
    case "unreachable":
      return "The DevAPI does not answer.";
    case "unexpected-answer":
      return `The DevAPI answered something else than it promises, at ${fault.path}: ${fault.message}.`;
    case "token":
      return "The page has no access token to ask with.";
    case "connection":
      // Codes below 100 are inner ones of the library: there was no answer to a WebSocket handshake.
      if (fault.code < 100)
        return "No socket came about: nothing answers, or this page's origin is not in client.allowed_origins.";
      return `The connection did not come about: ${fault.message} (code ${fault.code}).`;
    case "closed":
    case "refused":
    case "subscribe":
      return `The server said “${fault.reason}” (code ${fault.code}).`;
    case "handler":
      return `This page failed at ${fault.event}: ${String(fault.cause)}.`;
    case "invalid":
      return fault.issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
  }
}

function nextAfter({ kind }: ChannelFault): string {
  switch (kind) {
    case "unauthorized":
    case "forbidden":
    case "closed":
    case "token":
      return "Reload the page to start again.";
    case "not-found":
      return "Start the server with npm start, which brings the channel.";
    case "unavailable":
    case "unreachable":
    case "connection":
    case "subscribe":
      return "The client tries again by itself.";
    case "refused":
      return "The client looks the channel's names up again.";
    case "unexpected-answer":
    case "handler":
    case "invalid":
      return "The rest goes on. What came is in the list at the foot of this page.";
  }
}
