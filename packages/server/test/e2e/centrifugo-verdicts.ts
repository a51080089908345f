import { expect } from "bun:test";
import type { HostileServer } from "./hostile-server.ts";
import type { RawSocket } from "./raw-socket.ts";

/** A code of the protocol, and the reason under which it is counted. */
export type Verdict = readonly [code: number, reason: string];

export const badRequest: Verdict = [3501, "bad-request"];
export const invalidToken: Verdict = [3500, "invalid-token"];

export interface Bad {
  readonly socket: RawSocket;
  readonly sent: string | Uint8Array;
}

/** Sends, and expects the close code. */
export async function expectClose(
  server: HostileServer,
  { socket, sent }: Bad,
  [code, reason]: Verdict,
): Promise<void> {
  await server.counting("centrifugo", reason, async () => {
    socket.send(sent);
    expect((await socket.closed).code).toBe(code);
  });
}

/** Sends a command with id 9, and expects the error in its reply; the client stays. */
export async function expectError(
  server: HostileServer,
  { socket, sent }: Bad,
  [code, reason]: Verdict,
): Promise<void> {
  await server.counting("centrifugo", reason, async () => {
    socket.send(sent);
    expect(JSON.parse(await socket.having('"error"'))).toMatchObject({ id: 9, error: { code } });
  });
}

export function command(body: object): string {
  return JSON.stringify(body);
}
