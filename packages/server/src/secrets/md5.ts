/** Lower-case hex, as the Pusher HTTP API signs its bodies with. */
export function md5Hex(body: string | Uint8Array): string {
  return Bun.MD5.hash(body, "hex");
}
