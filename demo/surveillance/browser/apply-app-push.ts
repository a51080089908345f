import { archiveUrl, type VMSAppSocketData, type VMSEvent } from "@twinwire/vms";
import { linkAddress } from "../../../packages/server/src/dev-page/shell/safe-address.ts";
import type { Camera, Mark } from "../state.ts";
import { markTitle } from "./mark-words.ts";
import { put, withArchive, withCamera, withMark, without, type Sign, type View } from "./view.ts";

/** What became of a push: the view after it, the news in words, and whether the page asks the back end for more. */
export interface Applied {
  readonly view: View;
  readonly news: string;
  /** The push tells that something changed, and not to what. */
  readonly reload?: boolean;
}

/** An app push, but for the end of the session, which the page handles itself. A camera is named from either list. */
export function applyAppPush(
  view: View,
  push: VMSAppSocketData,
  unattached: readonly Camera[] = [],
): Applied {
  switch (push.type) {
    case "camerasUpdate": {
      const { attached = [], detached = [] } = push.data;
      const words = [
        ...(attached.length === 0
          ? []
          : [`Attached: ${cameraNames([...view.cameras, ...unattached], attached)}.`]),
        ...(detached.length === 0 ? [] : [`Detached: ${cameraNames(view.cameras, detached)}.`]),
      ];
      return {
        view: { ...view, cameras: without(view.cameras, detached) },
        news: words.join(" "),
        reload: true,
      };
    }
    case "addFavoriteCamera":
      return favored(view, push.data.cameraId, true);
    case "removeFavoriteCamera":
      return favored(view, push.data.cameraId, false);
    case "permissionsUpdate":
      return { view, news: "Permissions were updated.", reload: true };
    case "groupsUpdate":
      return { view, news: "Groups were updated.", reload: true };
    case "cameraGroupsSynced":
      return { view, news: "Groups are in sync.", reload: true };
    case "groupsCreated": {
      const { id, name = "" } = push.data;
      const groups = put(view.groups, { id, name, cameras: [] });
      return { view: { ...view, groups }, news: `Group created: ${name}.`, reload: true };
    }
    case "groupsDeleted":
      return {
        view: { ...view, groups: without(view.groups, push.data) },
        news: "A group was deleted.",
      };
    case "eventCreated":
      return marked(view, push.data, "created");
    case "eventUpdated":
      return marked(view, push.data, "updated");
    case "eventDeleted":
      return marked(view, push.data, "deleted");
    case "analyticEventCreated":
      return marked(view, push.data, "analytics");
    case "archiveGenerated": {
      // A link is whatever the push says: one that would run in this page is none.
      const url = linkAddress(archiveUrl(push.data) ?? "");
      const news = url === undefined ? "The archive failed." : "An archive is ready.";
      return { view: withArchive(view, { at: new Date(), url }), news };
    }
    case "layoutsUpdate":
      return { view, news: "Layouts were updated." };
    case "logout":
      return { view, news: "" };
    case "unknown":
      return { view, news: `A push this page does not know: ${push.name}.` };
  }
}

function cameraNames(cameras: readonly Camera[], ids: readonly number[]): string {
  const nameOf = (id: number): string => cameras.find((camera) => camera.id === id)?.name ?? `camera ${id}`;
  return ids.map(nameOf).join(", ");
}

function favored(view: View, id: number, isFavorite: boolean): Applied {
  const news = `${cameraNames(view.cameras, [id])} is ${isFavorite ? "a favourite now" : "no favourite any more"}.`;
  return { view: withCamera(view, id, { isFavorite }), news };
}

export function marked(view: View, event: VMSEvent, sign: Sign): Applied {
  const known = view.marks.find(({ id }) => id === event.id);
  const cameraId = event.cameraId ?? event.camera?.id ?? known?.cameraId;
  if (event.id === undefined || cameraId === undefined)
    return { view, news: "A mark without its id came.", reload: true };
  const from = event.from ?? known?.from ?? new Date().toISOString();
  const mark: Mark = {
    id: event.id,
    cameraId,
    title: event.title ?? known?.title ?? "",
    type: event.type ?? known?.type ?? "mark",
    from,
    to: event.to ?? known?.to ?? from,
  };
  const news =
    sign === "analytics"
      ? `Analytics on ${cameraNames(view.cameras, [cameraId])}: ${markTitle(mark)}.`
      : `Mark ${sign}: ${markTitle(mark)}.`;
  return { view: withMark(view, mark, sign), news };
}
