// The words of the wire (pusher-protocol 8.2, 8.4, 8.5): names of Pusher events, and the types inside them.

/** Names of the Pusher events: PHP class names, with single backslashes. */
export const eventNames = {
  tokenPush: "App\\Events\\TokenPush",
  userPush: "App\\Events\\UserPush",
  notification: "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated",
} as const;
export type VMSEventName = (typeof eventNames)[keyof typeof eventNames];

/** The types of app pushes, by the name of what they are for. */
export const VMSAppSocketType = {
  logout: "logout",
  permissionsUpdate: "permissions_updated",
  camerasUpdate: "cameras_updated",
  addFavoriteCamera: "camera.store_favorite",
  removeFavoriteCamera: "camera.destroy_favorite",
  groupsUpdate: "groups_updated",
  cameraGroupsSynced: "camera_groups_synced",
  groupsCreated: "groups_created",
  groupsDeleted: "groups_deleted",
  eventCreated: "mark_created",
  eventUpdated: "mark_updated",
  eventDeleted: "mark_deleted",
  archiveGenerated: "archive_generated",
  layoutsUpdate: "layouts_updated",
  motionDetectEventCreated: "analytic_case_motion_detect_event_created",
  lineIntersectionEventCreated: "analytic_case_line_intersection_event_created",
  smokeFireEventCreated: "analytic_case_smoke_fire_event_created",
  loudSoundEventCreated: "analytic_case_loud_sound_event_created",
  cameraObstacleEventCreated: "analytic_case_camera_obstacle_event_created",
  faceEventCreated: "analytic_case_face_event_created",
  licensePlateEventCreated: "analytic_case_license_plate_event_created",
  personCountingEventCreated: "analytic_case_person_counting_event_created",
  visitorCountingEventCreated: "analytic_case_visitor_counting_event_created",
  containerNumberRecognitionEventCreated: "analytic_case_container_number_recognition_event_created",
} as const;
export type VMSAppSocketType = (typeof VMSAppSocketType)[keyof typeof VMSAppSocketType];

/** The ten kinds of analytics, and the type each is pushed under. */
export const analyticPushTypes = {
  motionDetect: VMSAppSocketType.motionDetectEventCreated,
  lineIntersection: VMSAppSocketType.lineIntersectionEventCreated,
  smokeFire: VMSAppSocketType.smokeFireEventCreated,
  loudSound: VMSAppSocketType.loudSoundEventCreated,
  cameraObstacle: VMSAppSocketType.cameraObstacleEventCreated,
  face: VMSAppSocketType.faceEventCreated,
  licensePlate: VMSAppSocketType.licensePlateEventCreated,
  personCounting: VMSAppSocketType.personCountingEventCreated,
  visitorCounting: VMSAppSocketType.visitorCountingEventCreated,
  containerNumberRecognition: VMSAppSocketType.containerNumberRecognitionEventCreated,
} as const;
export type AnalyticKind = keyof typeof analyticPushTypes;
export type AnalyticPushType = (typeof analyticPushTypes)[AnalyticKind];

/** The types of intercom pushes. Where guide and code of iOS differ, both names are here. */
export const VMSIntercomPushTypes = {
  callCanceled: "intercom_cancel",
  intercomCallCanceled: "intercom_cancel",
  intercomCodeStored: "intercom.code.store",
  intercomCallStored: "intercom.call.store",
  intercomStored: "intercom.store",
  intercomEventStored: "analytic_case_face_event_created",
  intercomKeyConfirmed: "intercom.key_confirmed",
  intercomRenamed: "intercom.rename",
  intercomUpdated: "intercom.update",
  intercomsDeleted: "intercom.delete",
  intercomCodesDeleted: "intercom.code.delete",
  callsDeleted: "intercom.call.delete",
  intercomCallsDeleted: "intercom.call.delete",
  intercomKeyError: "intercom.key_error",
  intercomAddError: "intercom.add_error",
} as const;
export type VMSIntercomPushTypes = (typeof VMSIntercomPushTypes)[keyof typeof VMSIntercomPushTypes];
