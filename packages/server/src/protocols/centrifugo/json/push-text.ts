/** A push of one channel. Who is unsubscribed from nothing is told of no channel. */
export function pushText(channel: string, what: string): string {
  return channel === "" ? `{"push":{${what}}}` : `{"push":{"channel":${JSON.stringify(channel)},${what}}}`;
}
