import type { Camera, Code, DemoUser, Group, Intercom, Mark, Permission } from "../state.ts";

export const demoUsers: readonly DemoUser[] = [
  { id: 42, name: "Vera" },
  { id: 43, name: "Oleg" },
];

const camera = (
  id: number,
  name: string,
  status: Camera["status"] = "active",
  isFavorite = false,
): Camera => ({
  id,
  name,
  status,
  isFavorite,
});

/** Every camera of the building. A user begins with the first eight. */
export const buildingCameras: readonly Camera[] = [
  camera(1, "Main entrance", "active", true),
  camera(2, "Lobby"),
  camera(3, "Loading dock", "active", true),
  camera(4, "Car park, north", "partial"),
  camera(5, "Car park, south"),
  camera(6, "Stairwell B", "inactive"),
  camera(7, "Server room"),
  camera(8, "Roof", "empty"),
  camera(9, "Yard gate"),
  camera(10, "Corridor, floor 2"),
  camera(11, "Bicycle store"),
  camera(12, "Workshop", "initial"),
];

export const firstAttached = 8;

export const seedGroups: readonly Group[] = [
  { id: 1, name: "Ground floor", cameras: [1, 2, 3] },
  { id: 2, name: "Outside", cameras: [4, 5, 8] },
];

export const seedIntercoms: readonly Intercom[] = [
  { id: 1, title: "Front door", isOnline: true },
  { id: 2, title: "Yard gate", isOnline: true },
];

export const seedPermissions: readonly Permission[] = [
  { name: "archive-show", displayName: "See the archive", isAllowed: true },
  { name: "archive-download", displayName: "Download the archive", isAllowed: true },
  { name: "marks-edit", displayName: "Edit marks", isAllowed: true },
  { name: "intercom-open", displayName: "Open doors", isAllowed: false },
];

const minute = 60_000;

/** Some of the last hour, so that the time line begins with something on it. */
export function seedMarks(now: number): readonly Mark[] {
  const mark = (id: number, title: string, cameraId: number, ago: readonly [number, number]): Mark => ({
    id,
    title,
    type: "mark",
    cameraId,
    from: wireDate(now - ago[0] * minute),
    to: wireDate(now - ago[1] * minute),
  });
  return [
    mark(1, "Delivery", 3, [24, 19]),
    mark(2, "Visitors", 1, [13, 11]),
    mark(3, "Lorry waits", 4, [8, 5]),
  ];
}

export function seedCodes(now: number): readonly Code[] {
  return [
    { id: 1, intercomId: 1, title: "Cleaning", code: "4821", expiredAt: wireDate(now + 24 * 60 * minute) },
  ];
}

/** UTC with six digits of a second, as both mobile apps read it. */
export function wireDate(at: number): string {
  return new Date(at).toISOString().replace("Z", "000Z");
}
