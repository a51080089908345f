import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { judge, publishThroughCuts, recoveringConfig } from "../../server/test/numbered.ts";
import { keys } from "../../server/test/server.ts";
import { CuttableProxy } from "../../server/test/cuttable-proxy.ts";
import { missingForJava } from "../../server/test/programs/java.ts";
import { goesWithout } from "../../server/test/programs/required.ts";
import { JavaClient, type JavaLine } from "./java-client.ts";
import { caller, startSite, tokenChannel } from "./vms-site.ts";

// Maven may have to fetch the client first.
setDefaultTimeout(180_000);

const skipped = goesWithout("java-recovery.test.ts", missingForJava);

type JavaEvent = Extract<JavaLine, { readonly kind: "event" }>;

function numberIn({ data }: JavaEvent): number {
  return (JSON.parse(data) as { readonly number: number }).number;
}

const config = {
  ...recoveringConfig("private-token.", keys.app),
  client: { recovery_max_publication_limit: 5_000 },
};

/** One client, cut off twice while 1,000 numbers are published. */
async function cutOff(seed: number): Promise<readonly number[]> {
  await using site = await startSite(config);
  await using proxy = await CuttableProxy.start(site.port);
  await using java = await JavaClient.start({
    ...{ version: "2.0.2", bearer: site.bearer, appKey: keys.app.key, port: proxy.port },
    ...{ authUrl: site.authUrl, userId: String(caller.userId), accessTokenId: caller.accessTokenId },
  });
  await java.said(
    (line): line is Extract<JavaLine, { readonly kind: "subscribed" }> =>
      line.kind === "subscribed" && line.channel === tokenChannel,
  );
  await publishThroughCuts({
    seed,
    proxy,
    publish: (number) => site.raw.trigger(tokenChannel, "App\\Events\\TokenPush", { number }),
  });
  await java.lines.first(
    (line) => line.kind === "ended" || (line.kind === "event" && numberIn(line) === 1_000),
  );
  return java.lines.all.filter((line) => line.kind === "event").map(numberIn);
}

describe.skipIf(skipped)("com.pusher:pusher-java-client 2.0.2, cut off", () => {
  // Side by side: what takes long is that the client waits before it connects again.
  test.concurrent.each([1, 2, 3, 4, 5])("misses nothing of 1,000 publications (seed %d)", async (seed) => {
    const heard = await cutOff(seed);
    const { wrong, repeats, repeated } = judge(heard);
    process.stdout.write(`seed ${seed}: ${heard.length} heard, ${repeats} repeats of ${repeated} in all\n`);
    expect(wrong).toEqual([]);
    expect(new Set(heard).size).toBe(1_000);
    // A repeat for each of the two cuts, and for connections that were cut before they had heard anything.
    expect(repeats).toBeLessThanOrEqual(4);
  });
});
