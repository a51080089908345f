import { must, type Line } from "../line.ts";
import { hmacHex } from "../target.ts";
import { expectSame, expectThat, field } from "../../program/verdict.ts";

export const webhooks: readonly Line[] = [
  must(
    "4.1",
    "webhook-signed",
    "a POST of JSON, with X-Pusher-Key and X-Pusher-Signature over the very body",
    async (scene) => {
      const channel = scene.name();
      void scene.receiver;
      await scene.joined(channel);
      const { request } = await scene.hook("channel_occupied", channel);
      const { key, secret } = scene.target.app;
      expectSame(request.method, "POST", "the method");
      expectThat(
        String(request.headers["content-type"]).startsWith("application/json"),
        "Content-Type is no JSON",
      );
      expectSame(request.headers["x-pusher-key"], key, "X-Pusher-Key");
      expectSame(request.headers["x-pusher-signature"], hmacHex(secret, request.body), "X-Pusher-Signature");
      const time = field(request.json, "time_ms");
      expectThat(
        typeof time === "number" && Math.abs(time - Date.now()) < 600_000,
        "time_ms is no time of now",
      );
    },
  ),
  must(
    "4.1",
    "webhook-occupied",
    "channel_occupied comes with the first subscriber, channel_vacated after the last",
    async (scene) => {
      const channel = scene.name();
      void scene.receiver;
      const [first, second] = [await scene.joined(channel), await scene.joined(channel)];
      expectSame(
        (await scene.hook("channel_occupied", channel)).event,
        { name: "channel_occupied", channel },
        "the event",
      );
      first.leave(channel);
      second.leave(channel);
      expectSame(
        (await scene.hook("channel_vacated", channel)).event,
        { name: "channel_vacated", channel },
        "the event",
      );
      expectSame(scene.receiver.count("channel_occupied", channel), 1, "how often channel_occupied came");
    },
  ),
  must(
    "4.1",
    "webhook-members",
    "member_added and member_removed name a user once, whatever its connections",
    async (scene) => {
      const channel = scene.name("presence-");
      void scene.receiver;
      const [first, second] = [
        await scene.joined(channel, { user_id: 7 }),
        await scene.joined(channel, { user_id: 7 }),
      ];
      const added = await scene.hook("member_added", channel);
      expectSame(added.event, { name: "member_added", channel, user_id: "7" }, "the event");
      first.close();
      second.close();
      const removed = await scene.hook("member_removed", channel);
      expectSame(removed.event, { name: "member_removed", channel, user_id: "7" }, "the event");
      expectSame(scene.receiver.count("member_added", channel), 1, "how often member_added came");
      expectSame(scene.receiver.count("member_removed", channel), 1, "how often member_removed came");
    },
  ),
  must(
    "4.1",
    "webhook-back-in-time",
    "who is back at once was never gone: no channel_vacated, no member_removed",
    async (scene) => {
      const [channel, other] = [scene.name("presence-"), scene.name()];
      void scene.receiver;
      const [client, leaver] = [await scene.joined(channel, { user_id: "1" }), await scene.joined(other)];
      await Promise.all([scene.hook("member_added", channel), scene.hook("channel_occupied", other)]);
      client.leave(channel);
      await client.join(channel, { user_id: "1" });
      await client.quiet();
      // Left later, told of earlier: the first would have been told of by now.
      leaver.leave(other);
      await scene.hook("channel_vacated", other);
      for (const name of ["channel_vacated", "member_removed"])
        expectSame(scene.receiver.count(name, channel), 0, `how often ${name} came`);
      expectSame(scene.receiver.count("member_added", channel), 1, "how often member_added came");
    },
  ),
  must(
    "4.1",
    "webhook-client-event",
    "client_event has channel, event, data, socket_id, and user_id on presence alone",
    async (scene) => {
      const [shut, presence] = [scene.name("private-"), scene.name("presence-")];
      void scene.receiver;
      const client = await scene.joined(shut);
      await client.join(presence, { user_id: "u" });
      client.send({ event: "client-x", channel: shut, data: "text" });
      client.send({ event: "client-y", channel: presence, data: { n: 1 } });
      const told = { name: "client_event", socket_id: client.id };
      const one = await scene.hook("client_event", shut);
      expectSame(one.event, { ...told, channel: shut, event: "client-x", data: "text" }, "the event");
      const { data, ...other } = (await scene.hook("client_event", presence)).event;
      expectSame(other, { ...told, channel: presence, event: "client-y", user_id: "u" }, "the event");
      expectSame(typeof data === "string" ? JSON.parse(data) : data, { n: 1 }, "data");
    },
  ),
  must("2.7", "webhook-cache-miss", "cache_miss comes once for many misses", async (scene) => {
    const [channel, later] = [scene.name("cache-"), scene.name("cache-")];
    void scene.receiver;
    await scene.joined(channel);
    await scene.joined(channel);
    await scene.joined(channel);
    await scene.joined(later);
    expectSame((await scene.hook("cache_miss", channel)).event, { name: "cache_miss", channel }, "the event");
    await scene.hook("cache_miss", later);
    expectSame(scene.receiver.count("cache_miss", channel), 1, "how often it came");
  }),
  must("4.1", "webhook-count", "subscription_count comes with the number of subscribers", async (scene) => {
    const channel = scene.name();
    const { receiver } = scene;
    await scene.joined(channel);
    await scene.joined(channel);
    const lastCount = (): unknown =>
      receiver.all.findLast((one) => one.name === "subscription_count" && one.channel === channel)?.event[
        "subscription_count"
      ];
    await receiver.until(() => lastCount() === 2, "a subscription_count of 2", 10_000);
  }),
  must("4.1", "webhook-retry", "what was not answered with 2xx is sent again", async (scene) => {
    const channel = scene.name();
    scene.receiver.toFail.add(channel);
    await scene.joined(channel);
    await scene.hook("channel_occupied", channel, 20_000);
    expectSame(scene.receiver.toFail.has(channel), false, "a try still to fail");
  }),
  must("4.1", "webhook-not-of-users", "events of the back end itself cause none", async (scene) => {
    const [channel, later] = [scene.name("private-"), scene.name("private-")];
    void scene.receiver;
    await scene.joined(channel);
    await scene.hook("channel_occupied", channel);
    await scene.api.publish(channel, "client-like", "{}");
    await scene.joined(later);
    await scene.hook("channel_occupied", later);
    expectSame(scene.receiver.count("client_event", channel), 0, "how often client_event came");
  }),
];
