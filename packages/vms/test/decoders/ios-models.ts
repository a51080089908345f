// The structures that iOS reads (pusher-protocol 8.4 to 8.6), with the requirements marked `!` there.
import { array, bool, date, double, int, object, oneOf, string } from "./swift.ts";

const cameraStatus = oneOf("active", "inactive", "partial", "empty", "initial");
const userStatus = oneOf("active", "blocked");

const stream = object((from) => ({
  id: from.optional("id", int),
  type: from.optional("type", oneOf("low", "high")),
  status: from.optional("status", oneOf("active", "inactive", "NULL")),
  hasSound: from.optional("hasSound", bool),
  videoCodec: from.optional("videoCodec", oneOf("H264", "H265")),
}));

const camera = object((from) => ({
  id: from.required("id", int),
  status: from.required("status", cameraStatus),
  isFavorite: from.required("isFavorite", bool),
  name: from.optional("name", string),
  prettyText: from.optional("prettyText", string),
  startAt: from.optional("startAt", date),
  streams: from.optional("streams", array(stream)),
  services: from.optional(
    "services",
    object((inner) => ({
      ptz: inner.optional("ptz", bool),
      motionDetect: inner.optional("motionDetect", bool),
    })),
  ),
  archiveRanges: from.optional(
    "archiveRanges",
    array(
      object((inner) => ({
        from: inner.optional("from", double),
        duration: inner.optional("duration", double),
      })),
    ),
  ),
  userStatus: from.optional("userStatus", userStatus),
  isBridge: from.optional("isBridge", bool),
  isRestrictedLive: from.optional("isRestrictedLive", bool),
  isRestrictedArchive: from.optional("isRestrictedArchive", bool),
}));

const analyticGroup = object((from) => ({
  id: from.optional("id", int),
  name: from.optional("name", string),
  type: from.optional("type", string),
  typePretty: from.optional("typePretty", string),
}));

const analyticFile = object((from) => ({
  id: from.required("id", int),
  name: from.required("name", string),
  type: from.optional("type", string),
  typePretty: from.optional("typePretty", string),
  uuid: from.optional("uuid", string),
  body: from.optional("body", string),
  url: from.optional("url", string),
  createdAt: from.required("createdAt", date),
  updatedAt: from.required("updatedAt", date),
}));

const analyticEvent = object((from) => ({
  id: from.optional("id", int),
  name: from.optional("name", string),
  color: from.optional("color", string),
  // The key is written in snake case, but the decoder has converted the keys before: it never matches.
  type: from.optional("analytic_type", string),
  typePretty: from.optional("description", string),
}));

const analyticCase = object((from) => ({
  id: from.required("id", int),
  title: from.optional("title", string),
  type: from.optional("type", string),
  typePretty: from.optional("typePretty", string),
  color: from.optional("color", string),
  createdAt: from.optional("createdAt", date),
  availableEvents: from.optional("availableEvents", array(analyticEvent)),
}));

/** Texts and the id of the case fail the event; all the rest fails softly. */
export const event = object((from) => {
  const caseType = from.optional("caseType", string);
  const analyticCaseId = from.optional("analyticCaseId", int);
  const ownCase = from.soft("analyticCase", analyticCase);
  return {
    id: from.soft("id", int),
    title: from.soft("title", string),
    type: from.optional("type", string) ?? (ownCase === undefined ? caseType : undefined),
    typePretty: from.soft("typePretty", string),
    from: from.optional("from", date),
    to: from.optional("to", date),
    createdAt: from.optional("createdAt", date),
    camera: from.soft("camera", camera),
    canDelete: from.soft("canDelete", bool),
    analyticGroup: from.soft("analyticGroup", analyticGroup),
    analyticCase:
      ownCase ?? (analyticCaseId === undefined ? undefined : { id: analyticCaseId, type: caseType }),
    analyticFile: from.soft("analyticFile", analyticFile),
    event: from.soft("event", analyticEvent),
    crop: from.soft("crop", string),
    similarity: from.soft("similarity", double),
    rect: from.soft("rect", int),
    containerCode: from.soft("containerCode", string),
    licensePlate: from.soft("licensePlate", string),
    containerDimsCode: from.soft("containerDimsCode", string),
  };
});

const download = object((from) => ({ url: from.optional("url", string) }));

/** The one structure of every app push's payload: all of it is read, whatever the type. */
export const appPayload = object((from) => ({
  detached: from.optional("detached", array(int)),
  attached: from.optional("attached", array(int)),
  ids: from.optional("ids", array(int)),
  id: from.optional("id", int),
  cameraId: from.optional("cameraId", int),
  title: from.optional("title", string),
  name: from.optional("name", string),
  from: from.optional("from", string),
  url: from.optional("url", string),
  isIntercom: from.optional("isIntercom", bool),
  download: from.optional("download", download),
}));

const intercomCamera = object((from) => ({
  id: from.required("id", int),
  groupId: from.optional("groupId", int),
  status: from.optional("status", cameraStatus),
  userStatus: from.optional("userStatus", userStatus),
  startAt: from.optional("startAt", string),
  createdAt: from.optional("createdAt", string),
  name: from.optional("name", string),
  prettyName: from.optional("prettyName", string),
  isBridge: from.optional("isBridge", bool),
  isFavorite: from.optional("isFavorite", bool),
  isRestrictedLive: from.optional("isRestrictedLive", bool),
  isRestrictedArchive: from.optional("isRestrictedArchive", bool),
}));

const weekday = oneOf(
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
  "same_every_day",
);

const timetable = object((from) => ({
  days: from.optional(
    "days",
    array(
      object((day) => ({
        type: day.optional("type", weekday),
        from: day.optional("from", string),
        to: day.optional("to", string),
      })),
    ),
  ),
  intervals: from.optional(
    "intervals",
    array(
      object((interval) => ({ from: interval.optional("from", date), to: interval.optional("to", date) })),
    ),
  ),
}));

export const intercom = object((from) => ({
  id: from.optional("id", int),
  title: from.optional("title", string),
  isOnline: from.optional("isOnline", bool),
  department: from.optional("department", int),
  address: from.optional("address", string),
  camera: from.optional("camera", intercomCamera),
  status: from.optional("status", oneOf("keyConfirmed", "confirmed")),
  availableAnswerDevices: from.optional(
    "availableAnswerDevices",
    array(oneOf("is_enabled", "is_landline_sip_line_available", "is_analog_line_available")),
  ),
  isEnabled: from.optional("isEnabled", bool),
  timetable: from.optional("timetable", timetable),
  isLandlineSipLineAvailable: from.optional("isLandlineSipLineAvailable", bool),
  isAnalogLineAvailable: from.optional("isAnalogLineAvailable", bool),
  isAnalyticAvailable: from.optional("isAnalyticAvailable", bool),
  isOpenDoorCode: from.optional("isOpenDoorCode", bool),
  isOpenDoorFace: from.optional("isOpenDoorFace", bool),
  isOpenDoorApp: from.optional("isOpenDoorApp", bool),
}));

export const intercomCode = object((from) => ({
  id: from.required("id", int),
  title: from.optional("title", string),
  code: from.optional("code", string),
  createdAt: from.required("createdAt", date),
  expiredAt: from.required("expiredAt", date),
  willDeletedAt: from.required("willDeletedAt", date),
  isExpired: from.optional("isExpired", bool),
  intercom: from.optional("intercom", intercom),
}));

export const intercomCall = object((from) => ({
  id: from.required("id", int),
  status: from.optional("status", oneOf("missed", "ring", "ended", "answered")),
  markType: from.optional("markType", string),
  createdAt: from.optional("createdAt", date),
  startedAt: from.optional("startedAt", date),
  endedAt: from.optional("endedAt", date),
  intercom: from.optional("intercom", intercom),
}));

export const canceledCall = object((from) => ({
  id: from.required("id", int),
  callId: from.required("callId", int),
  title: from.optional("title", string),
  address: from.optional("address", string),
}));
