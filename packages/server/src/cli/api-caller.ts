import { CentrifugoPublisher, PublishError } from "@twinwire/backend";
import { fail, type Io } from "./io.ts";
import { findServer, type ServerChoice } from "./running-server.ts";

/** Lets a command use the server API of a running server; what the server refuses ends the command with exit code 1. */
export async function callApi(
  io: Io,
  choice: ServerChoice,
  work: (api: CentrifugoPublisher) => Promise<string>,
): Promise<void> {
  const server = findServer(io, choice);
  if ("faults" in server) {
    fail(io, server.faults);
    return;
  }
  const { apiUrl, apiKey, app } = server;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    const missing = "is not set: give a --config that has it, or TWINWIRE_HTTP_API_KEY";
    fail(io, [
      {
        path: "http_api.key",
        message: apiKey === "" ? missing : "has a space, or more than printable ASCII",
      },
    ]);
    return;
  }
  const api = new CentrifugoPublisher({
    url: apiUrl,
    apiKey,
    retries: 0,
    ...(app === undefined ? {} : { app }),
  });
  try {
    io.stdout.write(await work(api));
  } catch (cause) {
    if (!(cause instanceof PublishError)) throw cause;
    io.stderr.write(`twinwire: ${cause.message}\n`);
    io.exit(1);
  }
}
