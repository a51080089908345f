import { clockTime, element, part } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { Camera, CameraStatus, Group } from "../state.ts";
import { KeyedList, type Row } from "./keyed-list.ts";
import { markTitle } from "./mark-words.ts";
import { svg } from "./sign.ts";
import type { ShownMark, View } from "./view.ts";

const statusWords: Readonly<Record<CameraStatus, string>> = {
  active: "live",
  partial: "partly live",
  inactive: "no signal",
  empty: "no stream",
  initial: "starting",
};

type Filter =
  { readonly kind: "all" } | { readonly kind: "favorites" } | { readonly kind: "group"; readonly id: number };

interface FilterButton {
  readonly filter: Filter;
  readonly name: string;
  readonly count: number;
}

interface Tile {
  readonly camera: Camera;
  readonly groups: readonly Group[];
  readonly lastMark: ShownMark | undefined;
}

/** Cameras as tiles, and what narrows them down: favourites and groups. */
export class CamerasCard {
  private view: View | undefined;
  private filter: Filter = { kind: "all" };
  private readonly count = part("#camera-count", HTMLElement);
  private readonly empty = part("#cameras-empty", HTMLElement);
  private readonly tiles = new KeyedList<Tile>(
    part("#cameras", HTMLUListElement),
    ({ camera }) => String(camera.id),
    (tile) => tileRow(tile, this.star),
  );
  private readonly filters = new KeyedList<FilterButton>(
    part("#camera-filters", HTMLElement),
    ({ filter }) => keyOf(filter),
    (button) => this.filterRow(button),
  );

  constructor(private readonly star: (camera: Camera) => void) {}

  show(view: View): void {
    this.view = view;
    const { filter } = this;
    // A group that was deleted narrows nothing down any more.
    if (filter.kind === "group" && !view.groups.some(({ id }) => id === filter.id))
      this.filter = { kind: "all" };
    this.draw(view);
  }

  private draw(view: View): void {
    const { cameras, groups } = view;
    const counted = (filter: Filter): number => cameras.filter((one) => passes(one, filter, groups)).length;
    this.filters.show([
      { filter: { kind: "all" }, name: "All", count: cameras.length },
      { filter: { kind: "favorites" }, name: "Favourites", count: counted({ kind: "favorites" }) },
      ...groups.map(({ id, name }) => ({
        filter: { kind: "group", id } as const,
        name,
        count: counted({ kind: "group", id }),
      })),
    ]);
    const shown = cameras.filter((camera) => passes(camera, this.filter, groups));
    this.tiles.show(
      shown.map((camera) => ({
        camera,
        groups: groups.filter((group) => group.cameras.includes(camera.id)),
        lastMark: view.marks.findLast((mark) => mark.cameraId === camera.id && mark.sign !== "deleted"),
      })),
    );
    this.count.textContent = String(cameras.length);
    this.empty.hidden = shown.length > 0;
    this.empty.textContent =
      cameras.length === 0
        ? "No camera is attached. Attach one in the control panel."
        : "No camera is among these. Choose “All” to see every one.";
  }

  private filterRow({ filter }: FilterButton): Row<FilterButton> {
    const count = element("span", { class: "count" });
    const name = element("span");
    const button = element("button", { class: "filter", type: "button" }, name, " ", count);
    button.addEventListener("click", () => {
      this.filter = filter;
      if (this.view !== undefined) this.draw(this.view);
    });
    return {
      element: button,
      show: (shown) => {
        name.textContent = shown.name;
        name.title = shown.name;
        count.textContent = String(shown.count);
        button.setAttribute("aria-pressed", String(keyOf(this.filter) === keyOf(filter)));
      },
    };
  }
}

function keyOf(filter: Filter): string {
  return filter.kind === "group" ? `group ${filter.id}` : filter.kind;
}

function passes(camera: Camera, filter: Filter, groups: readonly Group[]): boolean {
  switch (filter.kind) {
    case "all":
      return true;
    case "favorites":
      return camera.isFavorite;
    case "group":
      return groups.some(({ id, cameras }) => id === filter.id && cameras.includes(camera.id));
  }
}

function tileRow({ camera }: Tile, star: (camera: Camera) => void): Row<Tile> {
  const name = element("span", { class: "tile-name" });
  const state = element("span", { class: "camera-state" });
  const groups = element("span", { class: "tile-groups" });
  const last = element("span", { class: "tile-last" });
  const button = element("button", { class: "star", type: "button" });
  button.append(
    svg(
      "svg",
      { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
      svg("path", { d: "M10 2.6l2.2 4.8 5.2.6-3.9 3.5 1.1 5.2L10 14.1l-4.6 2.6 1.1-5.2L2.6 8l5.2-.6Z" }),
    ),
  );
  const number = element("span", { class: "tile-number" }, `CAM ${String(camera.id).padStart(2, "0")}`);
  const finder = element("div", { class: "finder" }, number, state, button);
  const tile = element("li", { class: "tile", "data-camera": String(camera.id) }, finder, name, groups, last);
  let shown = camera;
  button.addEventListener("click", () => {
    star(shown);
  });
  return {
    element: tile,
    show: (now) => {
      shown = now.camera;
      const { isFavorite, status } = now.camera;
      name.textContent = now.camera.name;
      state.textContent = statusWords[status];
      tile.dataset["status"] = status;
      button.setAttribute("aria-pressed", String(isFavorite));
      button.setAttribute("aria-label", `Favourite: ${now.camera.name}`);
      button.title = isFavorite ? "Remove from favourites" : "Add to favourites";
      groups.textContent = now.groups.map((group) => group.name).join(", ");
      const { lastMark } = now;
      last.textContent =
        lastMark === undefined
          ? ""
          : `${markTitle(lastMark)}, ${clockTime(new Date(lastMark.to)).slice(0, 5)}`;
    },
  };
}
