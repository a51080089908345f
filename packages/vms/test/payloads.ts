// One payload of each model, with every field that a platform reads, as an application gives them to the publisher.
import type { VMSEventInput } from "../src/models/event.ts";
import type {
  VMSCanceledCallInput,
  VMSIntercomCallInput,
  VMSIntercomCodeInput,
  VMSIntercomInput,
} from "../src/models/intercom.ts";

const at = "2024-05-08T09:10:11.123456Z";

export const mark = {
  id: 7,
  title: "Door left open",
  name: "Mark",
  type: "mark",
  typePretty: "Mark",
  from: at,
  to: "2024-05-08T09:11:11.000000Z",
  createdAt: at,
  camera: { id: 3, status: "active", isFavorite: true, name: "Entrance", startAt: at },
  cameraId: 3,
  canDelete: true,
  previewUrl: "https://example.org/preview.jpg",
  user: { id: 42, login: "ann", name: "Ann" },
} as const satisfies VMSEventInput;

/** As the socket sends it: the case by its id and type. */
export const seen = {
  id: 8,
  title: null,
  type: "motion_detect",
  from: at,
  to: at,
  createdAt: at,
  cameraId: 3,
  camera: { id: 3, status: "active", isFavorite: false },
  caseType: "motion_detect",
  analyticCaseId: 5,
  analyticGroup: { id: 1, name: "Staff", type: "face" },
  analyticFile: { id: 2, name: "face.jpg", url: "/files/face.jpg", createdAt: at, updatedAt: at },
  event: { id: 4, name: "Motion", color: "#ff0000", analyticType: "motion_detect", description: "Motion" },
  crop: "https://example.org/crop.jpg",
  similarity: 97.5,
  rect: 2,
  licensePlate: "A123BC",
  containerCode: "ABCU1234567",
  containerDimsCode: "22G1",
  isIntercom: false,
} as const satisfies VMSEventInput;

export const intercom = {
  id: 11,
  title: "Front door",
  isOnline: true,
  department: 12,
  address: "1 Main Street",
  camera: { id: 3, status: "active", isFavorite: false, name: "Front door" },
  status: "confirmed",
  availableAnswerDevices: ["is_enabled", "is_analog_line_available"],
  isEnabled: true,
  timetable: {
    days: [{ type: "monday", from: "08:00:00", to: "20:00:00" }],
    intervals: [{ from: at, to: at }],
  },
  isOpenDoorApp: true,
  createdAt: at,
  updatedAt: at,
} as const satisfies VMSIntercomInput;

export const code = {
  id: 21,
  title: "Courier",
  code: "1234",
  createdAt: at,
  expiredAt: at,
  willDeletedAt: at,
  isExpired: false,
  intercom,
} as const satisfies VMSIntercomCodeInput;

export const call = {
  id: 31,
  status: "ring",
  type: "call",
  markType: "mark",
  createdAt: at,
  startedAt: at,
  endedAt: at,
  intercom,
} as const satisfies VMSIntercomCallInput;

export const canceled = {
  id: 41,
  callId: 31,
  title: "Front door",
  address: "1 Main Street",
  callCreatedAt: at,
  isOpenDoorApp: true,
} as const satisfies VMSCanceledCallInput;
