import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { follow } from "./guide.ts";
import { forgetPacked, root } from "./packed-packages.ts";

setDefaultTimeout(180_000);
afterAll(forgetPacked);

describe("whoever follows a page of docs/ in an empty folder sees what it says", () => {
  test("vms.md", () => follow("vms.md", { ports: ["8000", "3000"] }));
  test("vk-live.md", () => follow("vk-live.md", { ports: ["8000", "3000"] }));
  const hasPhp = Bun.which("php") !== null;
  if (hasPhp || process.env["CI"] !== undefined)
    test("back-ends.md", () => follow("back-ends.md", { ports: ["8000", "3001", "3002"] }));
  else process.stderr.write("guides.test.ts: php is not installed, back-ends.md is skipped\n");
});

describe("vms-names.md", () => {
  const page = readFileSync(join(root, "docs", "vms-names.md"), "utf8");
  const rows = [...page.matchAll(/^\|(.+)\|$/gm)]
    .map(([, cells = ""]) => cells.split("|").map((cell) => cell.trim()))
    .filter(([first = ""]) => !first.startsWith("---"));
  /** The words in backticks that are identifiers. */
  const names = (cell: string): readonly string[] =>
    [...cell.matchAll(/`(?:new )?([A-Za-z.]+)/g)].flatMap(([, name = ""]) => name.split("."));

  test("each of our names is one of the package", () => {
    const sources = [...new Bun.Glob("packages/vms/src/**/*.ts").scanSync(root)]
      .filter((path) => !path.endsWith(".test.ts"))
      .map((path) => readFileSync(join(root, path), "utf8"))
      .join("\n");
    const ours = rows.flatMap((cells) => names(cells.at(-1) ?? "")).filter((name) => name !== "twinwire");
    expect(ours.length).toBeGreaterThan(80);
    const missing = ours.filter((name) => name !== "" && !new RegExp(`\\b${name}\\b`).test(sources));
    expect(missing).toEqual([]);
  });

  test("each name of the two guides has its row", () => {
    const theirs = new Set(rows.flatMap((cells) => cells.slice(0, -1).flatMap(names)));
    const guides = [
      // Android
      [
        "VMSMobileSDK",
        "pusherApi",
        "Builder",
        "onConnect",
        "onDisconnect",
        "isNeedReconnectSocket",
        "getSocketUrl",
      ],
      ["vmsLogoutSocket", "vmsCamerasSocket", "vmsCamerasFavoriteSocket", "vmsCamerasGroupsSocket"],
      ["vmsPermissionsSocket", "vmsMarksSocket", "vmsIntercomEventSocket", "vmsArchiveLinkSocket"],
      ["vmsIntercomKeySocket", "vmsIntercomSocket", "vmsVisitorSocket", "vmsVisitHistorySocket"],
      ["vmsCancelCallSocket", "vmsAnalyticEventCreatedSocket", "vmsErrorSocket", "vmsPusherErrorHandler"],
      ["VMSSocketEvents", "VMSPusherError"],
      // iOS
      ["VMSSocketManager", "isConnected", "connect", "disconnect", "getSocketId", "VMSSocketManagerDelegate"],
      ["changedConnectionState", "receivedError", "receivedAppSocket", "receivedIntercomSocket"],
      ["ConnectionState", "PusherError", "VMSAppSocketData", "VMSAppSocketType", "VMSIntercomSocketData"],
      ["VMSIntercomPushTypes", "camerasUpdate", "addFavoriteCamera", "removeFavoriteCamera"],
      ["permissionsUpdate", "groupsUpdate", "cameraGroupsSynced", "eventCreated", "eventDeleted"],
      ["eventUpdated", "archiveGenerated", "logout", "callCanceled", "intercomCodeStored"],
      ["intercomCallStored", "intercomStored", "intercomEventStored", "intercomKeyConfirmed"],
      ["intercomRenamed", "intercomsDeleted", "intercomCodesDeleted", "callsDeleted"],
      ["intercomKeyError", "intercomAddError", "VMSCamerasUpdateSocket", "VMSFavoriteCamerasUpdateSocket"],
      ["VMSArchiveLinkSocket", "VMSDownloadUrlData", "VMSEvent", "VMSCanceledCall", "VMSIntercom"],
      ["VMSIntercomCode", "VMSIntercomCall", "VMSIntercomDeleteSocket", "VMSIntercomErrorSocket"],
    ].flat();
    expect(guides.filter((name) => !theirs.has(name))).toEqual([]);
  });
});
