import type { Wire } from "./wire.ts";

/** What a frame is about, in the words of its wire. */
export function frameName(wire: Wire, direction: "in" | "out", text: string): string {
  if (wire === "pusher") return pusherName(text);
  const names = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => centrifugoName(direction, line));
  return [...new Set(names)].join(", ");
}

function pusherName(text: string): string {
  const { event } = parsed(text);
  return typeof event === "string" ? event : "not an event";
}

/** One command, or one reply with its push: the kind is the name of the key that is there. */
function centrifugoName(direction: "in" | "out", line: string): string {
  const message = parsed(line);
  const [kind] = Object.keys(message).filter((key) => key !== "id");
  if (kind === undefined) return direction === "in" ? "ping" : "pong";
  const body: unknown = message[kind];
  if (typeof body !== "object" || body === null) return kind;
  if (kind === "error" && "code" in body) return `error ${String(body.code)}`;
  if (kind !== "push") return direction === "in" ? `${kind} reply` : kind;
  return Object.keys(body).find((key) => key !== "channel" && key !== "id") ?? "push";
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : { [typeof value]: value };
  } catch {
    return { "not JSON": text };
  }
}
