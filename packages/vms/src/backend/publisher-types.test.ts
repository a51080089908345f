import { expect, test } from "bun:test";
import type { VmsTokenPublisher } from "./token-publisher.ts";
import type { VmsUserPublisher } from "./user-publisher.ts";
import type { VmsPublisher } from "./vms-publisher.ts";

/** Checked by the compiler alone: what is wrong has to be wrong already there. */
export function wrongAtCompileTime(publisher: VmsPublisher): readonly unknown[] {
  const user = publisher.toUser(42);
  const token = publisher.toToken("login-1");
  return [
    user.camerasUpdated({ attached: [1], detached: [] }),
    user.markCreated({ id: 1, from: new Date(), title: null }),
    user.callCanceled({ id: 1, callId: 2, title: "Door", callCreatedAt: "2024-05-08T09:10:11Z" }),
    token.archiveGenerated({ url: "https://example.org/a" }),
    token.archiveGenerated({ error: true }),
    // @ts-expect-error ids are numbers
    user.camerasUpdated({ attached: ["1"] }),
    // @ts-expect-error keys are in camel case
    user.favoriteStored({ camera_id: 1 }),
    // @ts-expect-error a group has a name
    user.groupCreated({ id: 1 }),
    // @ts-expect-error nothing goes with it
    user.permissionsUpdated({ all: true }),
    // @ts-expect-error not a kind of analytics
    user.analyticEventCreated("smell", {}),
    // @ts-expect-error not a state of an intercom
    user.intercomStored({ intercom: { id: 1, status: "resting" } }),
    // @ts-expect-error a code has its dates
    user.intercomCodeStored({ intercomCode: { id: 1, isExpired: false } }),
    // @ts-expect-error a login is told of its end, not a user
    "logout" satisfies keyof VmsUserPublisher,
    // @ts-expect-error cameras are a user's
    "camerasUpdated" satisfies keyof VmsTokenPublisher,
    // @ts-expect-error it failed, or it did not
    token.archiveGenerated({ error: false }),
    // @ts-expect-error the id of a login is text
    publisher.toToken(7),
  ];
}

test("the publisher's types are checked by the compiler", () => {
  expect(wrongAtCompileTime).toBeFunction();
});
