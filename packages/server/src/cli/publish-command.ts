import type { Command } from "commander";
import { callApi } from "./api-caller.ts";
import { jsonValue } from "./arguments.ts";
import type { Io } from "./io.ts";
import { serverOptions, type ServerChoice } from "./running-server.ts";

interface PublishOptions extends ServerChoice {
  readonly event?: string;
}

export function addPublishCommand(program: Command, io: Io): void {
  serverOptions(program.command("publish"))
    .description("publish to a channel of a running server")
    .argument("<channel>", "the channel")
    .argument("<data>", "what to publish, as JSON", jsonValue)
    .option("--event <name>", "the data is that of an event: Pusher clients hear it by this name")
    .action((channel: string, data: unknown, options: PublishOptions) =>
      callApi(io, options, async (api) => {
        const { event } = options;
        const { offset, epoch } = await api.publish(
          channel,
          event === undefined ? data : { type: event, data },
        );
        return offset === undefined ? "published\n" : `published, offset ${offset}, epoch ${epoch}\n`;
      }),
    );
}
