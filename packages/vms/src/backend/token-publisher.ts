import { InvalidEventError } from "@twinwire/events";
import { appPushWire } from "../push/wire.ts";
import { intercomPublisher, type VmsIntercomPublisher } from "./intercom-publisher.ts";
import type { Send } from "./sending.ts";

/** Where a finished archive can be fetched, or that making it failed. */
export type ArchiveResult = { readonly url: string } | { readonly error: true };

/**
 * What one login is told (pusher-protocol 8.4, TokenPush). Each rejects with an `InvalidEventError` where the payload
 * does not fit, before anything is sent, or with what the publisher rejects with.
 */
export interface VmsTokenPublisher extends VmsIntercomPublisher {
  /** The login is over; the text is for the user. */
  readonly logout: (subject?: string) => Promise<void>;
  /** A link goes out in both fields, the old and the new one; the clients see a failure as a link without URL. */
  readonly archiveGenerated: (result: ArchiveResult) => Promise<void>;
}

function fault(type: string, path: string, message: string): InvalidEventError {
  return new InvalidEventError(type, [{ path, message }]);
}

/** The link alone; null for a failure. It is asked for by name: no link at all would be published as a failure. */
function archiveUrl(result: unknown): string | null {
  const type = "archive_generated";
  if (typeof result !== "object" || result === null) throw fault(type, "", "Expected an object");
  if ("error" in result) {
    if (result.error === true) return null;
    throw fault(type, "error", "Expected true");
  }
  if ("url" in result && typeof result.url === "string" && result.url !== "") return result.url;
  throw fault(type, "url", "Expected the link as text");
}

function subjectOf(subject: unknown): string | null {
  if (subject === undefined) return null;
  if (typeof subject === "string") return subject;
  throw fault("logout", "subject", "Expected text");
}

export function tokenPublisher(send: Send): VmsTokenPublisher {
  return {
    ...intercomPublisher(send),
    logout: (subject) => send(() => appPushWire("logout", undefined, { subject: subjectOf(subject) })),
    archiveGenerated: (result) => send(() => appPushWire("archive_generated", { url: archiveUrl(result) })),
  };
}
