import type { VMSIntercom, VMSIntercomSocketData } from "@twinwire/vms";
import { callStatuses, type Intercom } from "../state.ts";
import { marked, type Applied } from "./apply-app-push.ts";
import { put, without, type View } from "./view.ts";

/** An intercom push. */
export function applyIntercomPush(view: View, push: VMSIntercomSocketData): Applied {
  if (push.type === "unknown") return { view, news: `A push this page does not know: ${push.name}.` };
  // Such pushes tell that something changed, and not what.
  if (push.data === undefined) return { view, news: "Intercoms were updated.", reload: true };
  switch (push.type) {
    case "intercomCallStored": {
      const { id, startedAt, createdAt, intercom } = push.data;
      // A word that is not known here is no call that could still be answered.
      const status = callStatuses.find((one) => one === push.data?.status) ?? "ended";
      const title = intercom?.title ?? "Intercom";
      const began = startedAt ?? createdAt ?? new Date().toISOString();
      const call = { id, intercomId: intercom?.id ?? 0, title, status, startedAt: began };
      const news = status === "ring" ? `${title} rings.` : `Call of ${title}: ${status}.`;
      return { view: { ...view, calls: put(view.calls, call) }, news };
    }
    case "callCanceled": {
      const { callId, title = "Intercom" } = push.data;
      const calls = view.calls.map((call) =>
        call.id === callId ? { ...call, status: "cancelled" as const } : call,
      );
      return { view: { ...view, calls }, news: `The call of ${title} was cancelled.` };
    }
    case "callsDeleted":
      return {
        view: { ...view, calls: without(view.calls, push.data.deletedIds ?? []) },
        news: "A call was deleted.",
      };
    case "intercomStored":
      return stored(view, push.data, "Intercom stored");
    case "intercomRenamed":
      return stored(view, push.data, "Intercom renamed");
    case "intercomUpdated":
      return stored(view, push.data, "Intercom updated");
    case "intercomsDeleted":
      return {
        view: { ...view, intercoms: without(view.intercoms, push.data.deletedIds ?? []) },
        news: "An intercom was deleted.",
      };
    case "intercomCodeStored": {
      const { id, title = "", code = "", expiredAt, intercom } = push.data;
      const made = { id, title, code, expiredAt, intercomId: intercom?.id ?? 0 };
      return { view: { ...view, codes: put(view.codes, made) }, news: `Code stored: ${title}.` };
    }
    case "intercomCodesDeleted":
      return {
        view: { ...view, codes: without(view.codes, push.data.deletedIds ?? []) },
        news: "A code was deleted.",
      };
    case "intercomKeyConfirmed":
      return told(view, `Key confirmed for ${push.data.title ?? "the intercom"}.`);
    case "intercomKeyError":
      return told(view, `Key failed: ${push.data.error ?? "no reason given"}`);
    case "intercomAddError":
      return told(view, `Adding failed: ${push.data.error ?? "no reason given"}`);
    case "intercomEventStored": {
      const applied = marked(view, push.data, "analytics");
      return { ...applied, ...told(applied.view, `Event of an intercom. ${applied.news}`) };
    }
  }
}

function told(view: View, news: string): Applied {
  return { view: { ...view, intercomNews: news }, news };
}

function stored(view: View, data: VMSIntercom, news: string): Applied {
  const known = view.intercoms.find(({ id }) => id === data.id);
  const intercom: Intercom = {
    id: data.id,
    title: data.title ?? known?.title ?? `Intercom ${data.id}`,
    isOnline: data.isOnline ?? known?.isOnline ?? false,
  };
  return { view: { ...view, intercoms: put(view.intercoms, intercom) }, news: `${news}: ${intercom.title}.` };
}
