/** Whether a channel's name has more bytes than `limit`; counted only where it could: a character is at most three. */
export function isTooLong(channel: string, limit: number): boolean {
  return channel.length > limit || (channel.length * 3 > limit && Buffer.byteLength(channel) > limit);
}
