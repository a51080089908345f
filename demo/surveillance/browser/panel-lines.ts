import { analyticsKinds, analyticsNames, type ActionName } from "../actions.ts";
import { clockTime } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { Camera, Session } from "../state.ts";
import { markTitle } from "./mark-words.ts";
import type { View } from "./view.ts";

/** What the panel's choices are made of. */
export interface Material {
  readonly view: View;
  readonly detached: readonly Camera[];
  readonly sessions: readonly Session[];
  /** Of this page. */
  readonly session: string;
}

export interface Choice {
  readonly value: number | string;
  readonly label: string;
}

export interface PanelAction {
  readonly name: ActionName;
  readonly label: string;
  /** What it can be about; undefined where it is about nothing. */
  readonly about?: (material: Material) => readonly Choice[];
  /** Said where there is nothing to choose. */
  readonly none?: string;
  /** A text to write: what it is, and what stands in it at first. */
  readonly text?: {
    readonly label: string;
    readonly first: string;
    /** Said where nothing was written, but something has to be. */
    readonly missing?: string;
  };
  /** Sent as the text, unseen. */
  readonly fixed?: string;
}

/** A line of the panel: one subject, its events, and what they are about. */
export interface PanelLine {
  readonly id: string;
  readonly label: string;
  readonly actions: readonly PanelAction[];
}

const named = ({ id, name }: { readonly id: number; readonly name: string }): Choice => ({
  value: id,
  label: name,
});
const titled = ({ id, title }: { readonly id: number; readonly title: string }): Choice => ({
  value: id,
  label: title,
});

const attached = ({ view }: Material): readonly Choice[] => view.cameras.map(named);
const intercoms = ({ view }: Material): readonly Choice[] => view.intercoms.map(titled);
const marks = ({ view }: Material): readonly Choice[] =>
  view.marks
    .filter(({ type, sign }) => type === "mark" && sign !== "deleted")
    .toReversed()
    .map((mark) => ({ value: mark.id, label: markTitle(mark) }));
const calls = ({ view }: Material): readonly Choice[] => view.calls.toReversed().map(callChoice);
const ringing = ({ view }: Material): readonly Choice[] =>
  view.calls
    .filter(({ status }) => status === "ring")
    .toReversed()
    .map(callChoice);

function callChoice({ id, title, startedAt }: View["calls"][number]): Choice {
  return { value: id, label: `${title}, ${clockTime(new Date(startedAt))}` };
}

const noCamera = "no camera attached";
const noIntercom = "no intercom";

export const panelLines: readonly PanelLine[] = [
  {
    id: "cameras",
    label: "Cameras",
    actions: [
      {
        name: "camera-attach",
        label: "Attach",
        about: ({ detached }) => detached.map(named),
        none: "all are attached",
      },
      { name: "camera-detach", label: "Detach", about: attached, none: noCamera },
      {
        name: "favorite-add",
        label: "Add favourite",
        about: ({ view }) => view.cameras.filter((one) => !one.isFavorite).map(named),
        none: "all are favourites",
      },
      {
        name: "favorite-remove",
        label: "Remove favourite",
        about: ({ view }) => view.cameras.filter((one) => one.isFavorite).map(named),
        none: "no favourite",
      },
    ],
  },
  {
    id: "groups",
    label: "Groups",
    actions: [
      {
        name: "group-create",
        label: "Create",
        text: { label: "Name", first: "Night watch", missing: "The group has no name. Write one." },
      },
      {
        name: "group-delete",
        label: "Delete",
        about: ({ view }) => view.groups.map(named),
        none: "no group",
      },
      { name: "groups-update", label: "Updated" },
      { name: "groups-sync", label: "Synced" },
    ],
  },
  {
    id: "marks",
    label: "Marks",
    actions: [
      {
        name: "mark-create",
        label: "Create",
        about: attached,
        none: noCamera,
        text: { label: "Title", first: "Parcel left", missing: "The mark has no title. Write one." },
      },
      {
        name: "mark-update",
        label: "Update",
        about: marks,
        none: "no mark",
        text: { label: "Title", first: "Parcel taken" },
      },
      { name: "mark-delete", label: "Delete", about: marks, none: "no mark" },
    ],
  },
  {
    id: "analytics",
    label: "Analytics",
    actions: [
      ...analyticsKinds.map((kind): PanelAction => ({
        name: "analytics",
        label: analyticsNames[kind],
        about: attached,
        none: noCamera,
        fixed: kind,
      })),
      { name: "intercom-event", label: "Intercom face", about: attached, none: noCamera },
    ],
  },
  {
    id: "calls",
    label: "Calls",
    actions: [
      { name: "call-ring", label: "Ring", about: intercoms, none: noIntercom },
      { name: "call-answer", label: "Answer", about: ringing, none: "nobody rings" },
      { name: "call-cancel", label: "Cancel", about: ringing, none: "nobody rings" },
      { name: "call-delete", label: "Delete", about: calls, none: "no call" },
    ],
  },
  {
    id: "intercoms",
    label: "Intercoms",
    actions: [
      {
        name: "intercom-store",
        label: "Store",
        text: { label: "Name", first: "Side door", missing: "The intercom has no name. Write one." },
      },
      {
        name: "intercom-rename",
        label: "Rename",
        about: intercoms,
        none: noIntercom,
        text: { label: "Name", first: "Back door", missing: "The intercom has no name. Write one." },
      },
      { name: "intercom-update", label: "Online or offline", about: intercoms, none: noIntercom },
      { name: "intercom-delete", label: "Delete", about: intercoms, none: noIntercom },
      { name: "key-confirm", label: "Key confirmed", about: intercoms, none: noIntercom },
      { name: "key-error", label: "Key failed" },
      { name: "add-error", label: "Adding failed" },
    ],
  },
  {
    id: "codes",
    label: "Visitor codes",
    actions: [
      {
        name: "code-store",
        label: "Store",
        about: intercoms,
        none: noIntercom,
        text: { label: "For whom", first: "Plumber" },
      },
      { name: "code-delete", label: "Delete", about: ({ view }) => view.codes.map(titled), none: "no code" },
    ],
  },
  {
    id: "account",
    label: "Account",
    actions: [
      { name: "archive-ready", label: "Archive is ready" },
      { name: "archive-fail", label: "Archive failed" },
      { name: "permissions-update", label: "Permissions updated" },
      { name: "layouts-update", label: "Layouts updated" },
    ],
  },
  {
    id: "logout",
    label: "Log out",
    actions: [
      {
        name: "logout",
        label: "Log out",
        about: ({ sessions, session }) =>
          sessions
            .toSorted((one, other) => Number(one.id === session) - Number(other.id === session))
            .map(({ id, startedAt }) => ({
              value: id,
              label: `${id === session ? "This session" : "Session"} of ${clockTime(new Date(startedAt))}`,
            })),
        none: "no session",
        text: { label: "Reason", first: "You signed in elsewhere." },
      },
    ],
  },
];
