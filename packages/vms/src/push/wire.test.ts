import { describe, expect, test } from "bun:test";
import { InvalidEventError } from "@twinwire/events";

import { appRows, event, intercomRows } from "../../test/decoders/rows.ts";
import type { AppRow, Destinations, IntercomRow } from "../../test/decoders/rows.ts";
import { android } from "../../test/decoders/android.ts";
import { ios } from "../../test/decoders/ios.ts";
import { appPushModels } from "./app-push.ts";
import { decodePush } from "./decode.ts";
import { intercomPushModels } from "./intercom-push.ts";
import { eventNames } from "./push-types.ts";
import { appPushWire, intercomPushWire } from "./wire.ts";

type Sent = ReturnType<typeof appPushWire>;

/** Every platform's answer to the wire form on the channel it belongs to. */
function receive({ event: name, data }: Sent) {
  const channel = name === eventNames.tokenPush ? "private-token.a1" : "private-user.42";
  const incoming = { channel, event: name, data: JSON.stringify(data) };
  const ours = decodePush(incoming);
  return { android: android(incoming), ios: ios(incoming), ours };
}

function expectDelivery(wire: Sent, row: Destinations): void {
  const got = receive(wire);
  expect(got.android.delivered ? got.android.to : undefined).toBe(row.android);
  expect(got.ios.delivered ? got.ios.case : undefined).toBe(row.ios);
  expect(got.ours).toMatchObject({ push: { type: row.ours } });
  // Where the platform took a date for the present moment, or parsed no payload, the wire form was wrong.
  expect(JSON.stringify(got.ios)).not.toContain('"now"');
}

const app = (row: AppRow): Sent => appPushWire(row.type, row.data, row.meta);
const intercom = (row: IntercomRow): Sent => intercomPushWire(row.type, row.fields);

describe("what is published reaches both old apps and our client", () => {
  test.each(appRows.map((row): [string, AppRow] => [row.type, row]))("%s", (_, row) => {
    expectDelivery(app(row), row);
  });

  test.each(intercomRows.map((row): [string, IntercomRow] => [row.type, row]))("%s", (_, row) => {
    expectDelivery(intercom(row), row);
  });

  test("every type has a row", () => {
    expect(new Set(appRows.map((row) => row.type as string))).toEqual(new Set(Object.keys(appPushModels)));
    expect(new Set(intercomRows.map((row) => row.type as string))).toEqual(
      new Set(Object.keys(intercomPushModels)),
    );
  });

  test("nothing of a full event is lost on the way", () => {
    const { ours, android: old, ios: apple } = receive(appPushWire("mark_created", event));
    const payload = {
      id: 70,
      type: "mark",
      from: "2024-03-01T10:20:30.400000Z",
      to: "2024-03-01T10:20:31.500000Z",
      camera: { id: 7, status: "active", isFavorite: true, startAt: "2024-03-01T10:20:30.400000Z" },
    };
    expect(ours).toMatchObject({ kind: "app", push: { data: payload } });
    expect(apple).toMatchObject({ value: payload });
    expect(old).toMatchObject({ value: { type: "mark_created", event: { id: 70, camera: { id: 7 } } } });
  });
});

describe("the wire form", () => {
  test.each(appRows.map((row): [string, AppRow] => [row.type, row]))(
    "%s always has subject and message, and no empty array for an object",
    (_, row) => {
      const { data } = app(row) as { data: { subject: unknown; message: unknown; data: { data?: unknown } } };
      expect(data).toHaveProperty("subject");
      expect(data).toHaveProperty("message");
      expect(Array.isArray(data.data.data)).toBe(false);
    },
  );

  test("logout and archive go to the login, all else to the user", () => {
    const names = new Map(appRows.map((row) => [row.type as string, app(row).event]));
    for (const [type, name] of names) {
      const toToken = type === "logout" || type === "archive_generated";
      expect(name).toBe(toToken ? eventNames.tokenPush : eventNames.userPush);
    }
  });

  test("an archive's link stands in both fields, whichever is given", () => {
    const both = { url: "https://x/a", download: { url: "https://x/a" } };
    for (const given of [{ url: "https://x/a" }, { download: { url: "https://x/a" } }]) {
      expect(appPushWire("archive_generated", given).data).toMatchObject({ data: { data: both } });
    }
  });

  test("an archive without link says that it failed", () => {
    expect(appPushWire("archive_generated", {}).data).toEqual({
      data: { type: "archive_generated", status: "error", data: { url: null } },
      subject: null,
      message: null,
    });
  });

  test("a notification has an id of its own, or the one given", () => {
    const fields = { deletedIds: [1] };
    expect(intercomPushWire("intercom.delete", fields).data).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      type: "intercom.delete",
      deleted_ids: [1],
    });
    expect(intercomPushWire("intercom.delete", { ...fields, id: "n1" }).data).toMatchObject({ id: "n1" });
    expect(intercomPushWire("intercom.delete", { ...fields, id: undefined }).data).toHaveProperty("id");
  });
});

describe("a payload that the apps could not decode is refused", () => {
  function faults(send: () => unknown): readonly string[] {
    try {
      send();
    } catch (error) {
      if (error instanceof InvalidEventError) return error.issues.map(({ path }) => path);
      throw error;
    }
    return [];
  }

  test("the paths are in the caller's spelling", () => {
    const odd = { camera: { id: 1, status: "off", isFavorite: true }, analyticCaseId: "4" } as never;
    expect(faults(() => appPushWire("mark_created", odd))).toEqual(["camera.status", "analyticCaseId"]);
    expect(faults(() => appPushWire("cameras_updated", { attached: [1, "2" as never] }))).toEqual([
      "attached[1]",
    ]);
  });

  test("a cancelled call has what both apps need", () => {
    expect(faults(() => intercomPushWire("intercom_cancel", { data: {} as never }))).toEqual([
      "data.id",
      "data.callId",
      "data.title",
      "data.callCreatedAt",
    ]);
  });

  test("a type without payload takes none", () => {
    expect(faults(() => appPushWire("groups_updated", [] as never))).toEqual([""]);
  });

  test("a text that is no link is no archive", () => {
    expect(faults(() => appPushWire("archive_generated", { url: 7 as never }))).toContain("url");
  });
});
