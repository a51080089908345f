import type { Command } from "commander";
import { callApi } from "./api-caller.ts";
import type { Io } from "./io.ts";
import { serverOptions, type ServerChoice } from "./running-server.ts";

interface ChannelsOptions extends ServerChoice {
  readonly json?: true;
}

export function addChannelsCommand(program: Command, io: Io): void {
  serverOptions(program.command("channels"))
    .description("list the channels of a running server that have subscribers, and how many")
    .argument("[pattern]", "only those that it matches: chat:*")
    .option("--json", "print one JSON object")
    .action((pattern: string | undefined, options: ChannelsOptions) =>
      callApi(io, options, async (api) => {
        const { channels } = await api.channels(pattern);
        const found = Object.entries(channels).sort(([some], [other]) => (some < other ? -1 : 1));
        if (options.json === true) {
          const counts = found.map(([name, { numClients }]) => [name, { num_clients: numClients }]);
          return `${JSON.stringify(Object.fromEntries(counts))}\n`;
        }
        const width = Math.max(0, ...found.map(([, { numClients }]) => String(numClients).length));
        return found
          .map(([name, { numClients }]) => `${String(numClients).padStart(width)}  ${name}\n`)
          .join("");
      }),
    );
}
