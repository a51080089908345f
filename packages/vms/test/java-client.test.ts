import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { keys } from "../../server/test/server.ts";
import { missingForJava } from "../../server/test/programs/java.ts";
import { goesWithout } from "../../server/test/programs/required.ts";
import { JavaClient, type JavaLine } from "./java-client.ts";
import { appRows, intercomRows } from "./event-rows.ts";
import { caller, Receiver, startSite, tokenChannel, userChannel, type VmsSite } from "./vms-site.ts";

// Maven may have to fetch the client first.
setDefaultTimeout(180_000);

const skipped = goesWithout("java-client.test.ts", missingForJava);

type JavaEvent = Extract<JavaLine, { readonly kind: "event" }>;

function isEvent(line: JavaLine): line is JavaEvent {
  return line.kind === "event";
}

function joined(channel: string) {
  return (line: JavaLine): line is Extract<JavaLine, { readonly kind: "subscribed" }> =>
    line.kind === "subscribed" && line.channel === channel;
}

describe.skipIf(skipped).each(["2.0.2", "2.4.4"])("com.pusher:pusher-java-client %s", (version) => {
  let site: VmsSite;
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
  });

  const start = (bearer = site.bearer): Promise<JavaClient> =>
    JavaClient.start({
      ...{ version, bearer, appKey: keys.app.key, port: site.port, authUrl: site.authUrl },
      ...{ userId: String(caller.userId), accessTokenId: caller.accessTokenId },
    });

  test("hears every event on both channels, exactly as it was published", async () => {
    await using java = await start();
    await using witness = await Receiver.start(site);
    await java.said(joined(userChannel));
    await java.said(joined(tokenChannel));

    const to = {
      user: site.publisher.toUser(caller.userId),
      token: site.publisher.toToken(caller.accessTokenId),
    };
    for (const { publish } of [...appRows, ...intercomRows]) await publish(to);
    // The last of all: what came before it is all there is.
    await to.token.logout('Äußerst weit weg: 👋 "quoted" \\ \n');
    const isLast = ({ data }: { readonly data: unknown }): boolean => String(data).includes("weit weg");
    await java.said((line): line is JavaEvent => isEvent(line) && isLast(line));
    await witness.frames.first(isLast);

    const heard = java.lines.all
      .filter(isEvent)
      .map(({ channel, event, data }) => ({ channel, event, data }));
    expect(heard).toHaveLength(appRows.length + intercomRows.length + 1);
    expect(heard).toEqual(
      witness.frames.all.map(({ channel, event, data }) => ({ channel, event, data: String(data) })),
    );
  });

  test("is told that it may not, with another's token", async () => {
    await using java = await start("x.y.z");
    const refused = await java.said(
      (line): line is Extract<JavaLine, { readonly kind: "refused" | "error" }> => line.kind === "refused",
    );
    expect(refused.cause).toContain("401");
  });
});
