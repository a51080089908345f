import { expectTypeOf, test } from "bun:test";
import type { CentrifugoPublisher, PublishOptions, PusherPublisher, TriggerOptions } from "@twinwire/backend";
import {
  centrifugoTarget,
  createPublisher,
  createSubscriber,
  defineEvents,
  pusherTarget,
  validate,
  type CentrifugeSubscription,
  type CentrifugoApi,
  type CentrifugoSendOptions,
  type EventFault,
  type EventType,
  type PayloadIn,
  type PayloadOut,
  type PusherApi,
  type PusherChannel,
  type PusherSendOptions,
  type Publisher,
  type Received,
  type Source,
  type Target,
  type UnknownEvent,
} from "@twinwire/events";
import { type } from "arktype";
import type { Subscription as JsonSubscription } from "centrifuge";
import type { Subscription as ProtobufSubscription } from "centrifuge/build/protobuf";
import type { Channel, PresenceChannel } from "pusher-js";
import * as v from "valibot";
import { z } from "zod";

import type { catalogues } from "./catalogues.ts";

const events = defineEvents({
  zod: z.object({ at: z.iso.datetime().transform((text) => new Date(text)), count: z.number().default(1) }),
  valibot: v.object({ at: v.pipe(v.string(), v.transform(Number)) }),
  arktype: type({ at: type("string.numeric.parse"), "note?": "string" }),
});
type Events = typeof events.schemas;

/** Written for the compiler: nothing here runs. */
function checked(written: () => void): void {
  expectTypeOf(written).toBeFunction();
}

test("what is published is a schema's input, what is received its output", () => {
  expectTypeOf<EventType<Events>>().toEqualTypeOf<"zod" | "valibot" | "arktype">();
  expectTypeOf<PayloadIn<Events, "zod">>().toEqualTypeOf<{ at: string; count?: number | undefined }>();
  expectTypeOf<PayloadOut<Events, "zod">>().toEqualTypeOf<{ at: Date; count: number }>();
  expectTypeOf<PayloadIn<Events, "valibot">>().toEqualTypeOf<{ at: string }>();
  expectTypeOf<PayloadOut<Events, "valibot">>().toEqualTypeOf<{ at: number }>();
  expectTypeOf<PayloadIn<Events, "arktype">>().toEqualTypeOf<{ at: string; note?: string }>();
  expectTypeOf<PayloadOut<Events, "arktype">>().toEqualTypeOf<{ at: number; note?: string }>();
});

test("the three libraries make the same types of the same declarations", () => {
  type Zod = typeof catalogues.zod.schemas;
  type Valibot = typeof catalogues.valibot.schemas;
  type Arktype = typeof catalogues.arktype.schemas;
  expectTypeOf<PayloadOut<Valibot, "chat-message">>().toEqualTypeOf<PayloadOut<Zod, "chat-message">>();
  expectTypeOf<PayloadOut<Arktype, "chat-message">>().toEqualTypeOf<PayloadOut<Zod, "chat-message">>();
});

test("a publisher takes declared types with their payloads only", () => {
  checked(() => {
    const publisher = createPublisher(events, { send: async () => undefined });
    void publisher.publish("lobby", "zod", { at: "2024-05-01T00:00:00Z" });
    void publisher.publish(["lobby", "attic"] as const, "valibot", { at: "1" });
    // @ts-expect-error: no such event
    void publisher.publish("lobby", "unheard", {});
    // @ts-expect-error: the payload of another event
    void publisher.publish("lobby", "arktype", { at: 1 });
    // @ts-expect-error: an event has a payload
    void publisher.publish("lobby", "zod");
  });
});

test("a publisher takes its target's options", () => {
  checked(() => {
    const answer = async (): Promise<undefined> => Promise.resolve(undefined);
    const pusher = createPublisher(events, pusherTarget({ trigger: answer }));
    const centrifugo = createPublisher(events, centrifugoTarget({ publish: answer, broadcast: answer }));
    void pusher.publish("lobby", "valibot", { at: "1" }, { socketId: "1.2" });
    void centrifugo.publish("lobby", "valibot", { at: "1" }, { tags: { a: "b" }, skipHistory: true });
    // @ts-expect-error: the Centrifugo API leaves nobody out
    void centrifugo.publish("lobby", "valibot", { at: "1" }, { socketId: "1.2" });
    // Which of them may be a matter of the configuration.
    const targets: Target[] = [
      pusherTarget({ trigger: answer }),
      centrifugoTarget({ publish: answer, broadcast: answer }),
    ];
    const plain: Publisher<Events>[] = [
      pusher,
      centrifugo,
      ...targets.map((target) => createPublisher(events, target)),
    ];
    for (const { publish } of plain) void publish("lobby", "valibot", { at: "1" });
  });
});

test("handlers are typed by the event", () => {
  checked(() => {
    const { stop } = createSubscriber(events, {} as Source, {
      on: {
        zod: (data, event) => {
          expectTypeOf(data).toEqualTypeOf<{ at: Date; count: number }>();
          expectTypeOf(event.type).toEqualTypeOf<"zod">();
          expectTypeOf(event.data).toEqualTypeOf<{ at: Date; count: number }>();
        },
        valibot: async ({ at }) => {
          expectTypeOf(at).toEqualTypeOf<number>();
          return Promise.resolve();
        },
      },
      any: (event) => {
        expectTypeOf(event).toEqualTypeOf<Received<Events>>();
        if (event.type === "arktype") expectTypeOf(event.data.note).toEqualTypeOf<string | undefined>();
        else if (event.type === "unknown") expectTypeOf(event).toEqualTypeOf<UnknownEvent>();
        else expectTypeOf(event.type).toEqualTypeOf<"zod" | "valibot">();
      },
      unknown: ({ name, data }) => {
        expectTypeOf(name).toEqualTypeOf<string | undefined>();
        expectTypeOf(data).toBeUnknown();
      },
      error: (fault) => {
        expectTypeOf(fault).toEqualTypeOf<EventFault>();
        if (fault.kind === "invalid") expectTypeOf(fault.issues[0]?.path).toEqualTypeOf<string | undefined>();
        else expectTypeOf(fault.kind).toEqualTypeOf<"handler" | "catalogue">();
      },
    });
    stop();
    createSubscriber(events, {} as Source, {
      // @ts-expect-error: no such event
      on: { unheard: () => undefined },
      error: () => undefined,
    });
    // @ts-expect-error: faults must go somewhere
    createSubscriber(events, {} as Source, { on: {} });
  });
});

test("a checked payload is of its event's type", () => {
  checked(() => {
    const result = validate(events, "valibot", {});
    if (result.ok) expectTypeOf(result.data).toEqualTypeOf<{ at: number }>();
    else expectTypeOf(result.issues[0]?.message).toEqualTypeOf<string | undefined>();
    // @ts-expect-error: no such event
    validate(events, "unheard", {});
  });
});

test("the channels of pusher-js and the subscriptions of centrifuge, of both builds, are sources", () => {
  expectTypeOf<Channel>().toExtend<PusherChannel>();
  expectTypeOf<PresenceChannel>().toExtend<PusherChannel>();
  expectTypeOf<JsonSubscription>().toExtend<CentrifugeSubscription>();
  expectTypeOf<ProtobufSubscription>().toExtend<CentrifugeSubscription>();
});

test("the publishers of @twinwire/backend are what the targets take", () => {
  expectTypeOf<PusherPublisher>().toExtend<PusherApi>();
  expectTypeOf<CentrifugoPublisher>().toExtend<CentrifugoApi>();
  expectTypeOf<CentrifugoSendOptions>().toEqualTypeOf<PublishOptions>();
  expectTypeOf<TriggerOptions>().toExtend<PusherSendOptions>();
});
