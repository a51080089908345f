import { listenerText, PidFile, runProgram, startFault, type Io, type Starting } from "./cli/index.ts";
import { startServer, type RunningServer } from "./compose.ts";
import type { Site } from "./dev-page/site.ts";

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  exit: (code) => {
    process.exitCode = code;
  },
};

function followSignals(server: RunningServer, again: Starting["again"], pidFile: PidFile): void {
  const stop = (): void => {
    server.stop().then(
      () => {
        pidFile.remove();
        process.exit(0);
      },
      (cause: unknown) => {
        pidFile.remove();
        io.stderr.write(`twinwire: stopping failed: ${String(cause)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (again !== undefined)
    process.on("SIGHUP", () => {
      server.reload(again());
    });
}

/**
 * The process: its arguments to the command line, signals to the server, and the exit code. `dev` shows the pages of
 * `site` beside its own.
 */
export async function runProcess(site?: Site): Promise<void> {
  await runProgram(
    process.argv.slice(2),
    {
      start: async ({ config, mode, again }) => {
        const pidFile = new PidFile(config.pid_file);
        try {
          const server = startServer(config, mode, site);
          followSignals(server, again, pidFile);
          // Not before: where the port is taken, the file may be that of the server which has it; and who reads it may signal.
          pidFile.write();
          // What ticks has no client to answer to: its exception is logged and counted, and the server goes on.
          process.on("uncaughtException", (cause) => {
            server.defect("uncaught", cause);
          });
          process.on("unhandledRejection", (cause) => {
            server.defect("unhandled rejection", cause);
          });
          const { address } = config.http_server;
          io.stderr.write(`twinwire: listening on ${listenerText({ address, port: server.port })}\n`);
          return { host: server.host, port: server.port, pages: mode === "dev" ? (site?.pages ?? []) : [] };
        } catch (cause) {
          pidFile.remove();
          io.stderr.write(`twinwire: ${startFault(cause, config.http_server)}\n`);
          process.exit(1);
        }
      },
    },
    io,
  );
}
