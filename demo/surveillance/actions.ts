/** What the control panel asks the back end for. Each changes what the back end keeps, and is published. */
export const actionNames = [
  "camera-attach",
  "camera-detach",
  "favorite-add",
  "favorite-remove",
  "group-create",
  "group-delete",
  "groups-update",
  "groups-sync",
  "mark-create",
  "mark-update",
  "mark-delete",
  "analytics",
  "intercom-event",
  "call-ring",
  "call-answer",
  "call-cancel",
  "call-delete",
  "intercom-store",
  "intercom-rename",
  "intercom-update",
  "intercom-delete",
  "code-store",
  "code-delete",
  "key-confirm",
  "key-error",
  "add-error",
  "archive-ready",
  "archive-fail",
  "permissions-update",
  "layouts-update",
  "logout",
] as const;

export type ActionName = (typeof actionNames)[number];

/** As it goes over HTTP. */
export interface ActionRequest {
  readonly action: ActionName;
  /** Id of what it is about; a number, but for sessions. */
  readonly about?: number | string;
  /** A name, a title, a reason, or the kind of analytics. */
  readonly text?: string;
}

/** The ten analytics cases of VMS. */
export const analyticsKinds = [
  "motionDetect",
  "lineIntersection",
  "smokeFire",
  "loudSound",
  "cameraObstacle",
  "face",
  "licensePlate",
  "personCounting",
  "visitorCounting",
  "containerNumberRecognition",
] as const;

export type AnalyticsKind = (typeof analyticsKinds)[number];

export const analyticsNames: Readonly<Record<AnalyticsKind, string>> = {
  motionDetect: "Motion",
  lineIntersection: "Line crossed",
  smokeFire: "Smoke or fire",
  loudSound: "Loud sound",
  cameraObstacle: "Camera covered",
  face: "Face",
  licensePlate: "Licence plate",
  personCounting: "People counted",
  visitorCounting: "Visitors counted",
  containerNumberRecognition: "Container number",
};
