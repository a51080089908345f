// Which of Android's observables a push belongs to, and the value it has there (pusher-protocol 8.4, 8.5).
import { archiveUrl } from "../push/app-push.ts";
import type { VMSAppSocketData } from "../push/app-socket-data.ts";
import type { VMSIntercomSocketData } from "../push/intercom-socket-data.ts";
import { VMSAppSocketType } from "../push/push-types.ts";
import type { VMSSocketName, VMSSocketValues } from "./socket-values.ts";

/** Takes the value of one observable. */
export type Emit = <Name extends VMSSocketName>(name: Name, value: VMSSocketValues[Name]) => void;

export function emitAppPush(push: VMSAppSocketData, emit: Emit): void {
  switch (push.type) {
    case "logout":
      emit("vmsLogoutSocket", push.data);
      return;
    case "permissionsUpdate":
      emit("vmsPermissionsSocket", { type: push.name });
      return;
    case "camerasUpdate":
      emit("vmsCamerasSocket", { type: push.name, info: push.data });
      return;
    case "addFavoriteCamera":
    case "removeFavoriteCamera":
      emit("vmsCamerasFavoriteSocket", { type: push.name, data: push.data });
      return;
    case "cameraGroupsSynced":
      emit("vmsCamerasGroupsSocket", { type: push.name });
      return;
    case "groupsUpdate":
      if (push.name === "groups_updated") emit("vmsCamerasGroupsSocket", { type: push.name });
      else emit("vmsGroupSocket", { type: push.name });
      return;
    case "groupsCreated": {
      const { id, name } = push.data;
      emit("vmsGroupSocket", { type: push.name, data: { id, ...(name === undefined ? {} : { name }) } });
      return;
    }
    case "groupsDeleted":
      emit("vmsGroupSocket", { type: push.name, data: { ids: push.data } });
      return;
    case "eventCreated":
    case "eventUpdated":
    case "eventDeleted":
      emit("vmsMarksSocket", { type: push.name, event: push.data });
      return;
    case "archiveGenerated": {
      const link = push.data;
      emit("vmsArchiveLinkSocket", { ...link, getURL: () => archiveUrl(link) });
      return;
    }
    case "analyticEventCreated":
      if (push.isIntercom && push.name === VMSAppSocketType.faceEventCreated)
        emit("vmsIntercomEventSocket", { type: push.name, event: push.data });
      else emit("vmsAnalyticEventCreatedSocket", { type: push.name, event: push.data });
      return;
    case "layoutsUpdate":
      emit("vmsLayoutsSocket", { type: push.name });
      return;
    case "unknown":
      emit("vmsUnknownSocket", push);
      return;
  }
}

export function emitIntercomPush(push: VMSIntercomSocketData, emit: Emit): void {
  if (push.type === "unknown") {
    emit("vmsUnknownSocket", push);
    return;
  }
  const id = push.id === undefined ? {} : { id: push.id };
  switch (push.type) {
    case "callCanceled": {
      const { data, notification } = push;
      emit("vmsCancelCallSocket", {
        type: push.name,
        ...(data === undefined ? {} : { data }),
        ...(notification === undefined ? {} : { notification }),
      });
      return;
    }
    case "intercomKeyConfirmed": {
      const { data, expireInSeconds, error } = push;
      const intercom = data === undefined ? {} : { intercom: data };
      const expiry = expireInSeconds === undefined ? {} : { expireInSeconds };
      const fault = error === undefined ? {} : { error };
      emit("vmsIntercomKeySocket", { push: { type: push.name, ...id, ...intercom, ...expiry, ...fault } });
      return;
    }
    case "intercomKeyError":
      emit("vmsIntercomKeySocket", {
        push: {
          type: push.name,
          ...id,
          ...push.data,
          ...(push.intercom === undefined ? {} : { intercom: push.intercom }),
        },
      });
      return;
    case "intercomAddError":
      emit("vmsIntercomKeySocket", { push: { type: push.name, ...id, ...push.data } });
      return;
    case "intercomStored":
    case "intercomRenamed":
    case "intercomUpdated": {
      const intercom = push.data === undefined ? {} : { intercom: push.data };
      emit("vmsIntercomSocket", { type: push.name, ...id, ...intercom });
      return;
    }
    case "intercomsDeleted":
      emit("vmsIntercomSocket", { type: push.name, ...id, ...push.data });
      return;
    case "intercomCodeStored": {
      const intercomCode = push.data === undefined ? {} : { intercomCode: push.data };
      emit("vmsVisitorSocket", { type: push.name, ...id, ...intercomCode });
      return;
    }
    case "intercomCodesDeleted":
      emit("vmsVisitorSocket", { type: push.name, ...id, ...push.data });
      return;
    case "intercomCallStored": {
      const intercomCall = push.data === undefined ? {} : { intercomCall: push.data };
      emit("vmsVisitHistorySocket", { type: push.name, ...id, ...intercomCall });
      return;
    }
    case "callsDeleted":
      emit("vmsVisitHistorySocket", { type: push.name, ...id, ...push.data });
      return;
    case "intercomEventStored":
      // Android does not look here for it, but says elsewhere what it would be.
      if (push.data !== undefined)
        emit("vmsIntercomEventSocket", { type: VMSAppSocketType.faceEventCreated, event: push.data });
      return;
  }
}
