import { expectTypeOf, test } from "bun:test";
import { recover, type Gap, type PusherLike } from "@twinwire/pusher-recovery";
import type Pusher from "pusher-js";
import type PusherWithEncryption from "pusher-js/with-encryption";

test("it takes every build of pusher-js, and gives back the same client", () => {
  expectTypeOf<Pusher>().toExtend<PusherLike>();
  expectTypeOf<PusherWithEncryption>().toExtend<PusherLike>();
  expectTypeOf(recover<Pusher>).returns.toEqualTypeOf<Pusher>();
  // @ts-expect-error what is no client is not taken
  expectTypeOf(recover).toBeCallableWith({ subscribe: () => undefined });
});

test("the reasons of a gap are a closed union", () => {
  expectTypeOf<Gap>().toEqualTypeOf<{
    readonly channel: string;
    readonly reason: "epoch" | "history" | "limit";
  }>();
});
