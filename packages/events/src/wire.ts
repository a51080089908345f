/** What stands on the wire: `{event, data}` of Pusher, `{type, data}` of Centrifugo. */
export interface Wire {
  readonly event: string;
  readonly data: unknown;
}

const longestName = 200;

/** Whether an event may have this name: the server turns what goes by any other name into something else (B10). */
export function isEventName(name: string): boolean {
  const isProtocol = name.startsWith("pusher:") || name.startsWith("pusher_internal:");
  return name !== "" && name.length <= longestName && !isProtocol;
}
