import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { Permission } from "../state.ts";
import { KeyedList, type Row } from "./keyed-list.ts";
import type { Archive, View } from "./view.ts";

/** Links to archives as they come, and what the user may do. */
export class AccountCards {
  private readonly archives = new KeyedList<Archive>(
    part("#archives", HTMLElement),
    ({ at, url }) => `${at.getTime()} ${url ?? ""}`,
    archiveRow,
  );
  private readonly permissions = new KeyedList<Permission>(
    part("#permissions", HTMLElement),
    ({ name }) => name,
    permissionRow,
  );
  private readonly noArchive = part("#archives-empty", HTMLElement);

  show({ archives, permissions }: View): void {
    this.archives.show(archives);
    this.permissions.show(permissions);
    this.noArchive.hidden = archives.length > 0;
  }
}

function archiveRow({ at, url }: Archive): Row<Archive> {
  const time = element("span", { class: "row-note" }, clockTime(at));
  const what =
    url === undefined
      ? element(
          "span",
          { class: "row-state" },
          "Failed: no link came that can be followed. Ask for it again.",
        )
      : element("a", { class: "row-name", href: url, download: "" }, "Download the archive");
  const row = element("li", { "data-status": url === undefined ? "failed" : "ready" }, what, time);
  return { element: row, show: () => undefined };
}

function permissionRow({ name }: Permission): Row<Permission> {
  const what = element("span", { class: "row-name" });
  const state = element("span", { class: "row-state" });
  const row = element("li", { "data-permission": name }, what, state);
  return {
    element: row,
    show: ({ displayName, isAllowed }) => {
      what.textContent = displayName;
      state.textContent = isAllowed ? "allowed" : "not allowed";
      row.dataset["status"] = isAllowed ? "allowed" : "refused";
    },
  };
}
