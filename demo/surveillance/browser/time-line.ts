import { clockTime, element } from "../../../packages/server/src/dev-page/shell/dom.ts";
import type { Camera } from "../state.ts";
import { KeyedList, type Row } from "./keyed-list.ts";
import { markTime, markTitle } from "./mark-words.ts";
import { signAt, svg } from "./sign.ts";
import type { ShownMark } from "./view.ts";

/** Milliseconds that the line shows, back from now. */
const span = 30 * 60_000;
const tick = 5 * 60_000;
/** Milliseconds after which the line moves on by itself. */
const step = 10_000;
/** Marks that are told in words below it. */
const listed = 30;
const laneHeight = 28;
const axisHeight = 24;
/** Room for a sign at the end of the line. */
const margin = 12;

interface Scale {
  readonly left: number;
  readonly width: number;
  readonly now: number;
}

interface Drawn {
  readonly marks: readonly ShownMark[];
  readonly cameras: readonly Camera[];
}

/** Marks and analytics by camera and time, time to the right. It holds still while the pointer is on it. */
export class TimeLine {
  private drawn: Drawn = { marks: [], cameras: [] };
  private hovered = false;
  private readonly words: KeyedList<ShownMark>;

  constructor(
    private readonly place: HTMLElement,
    list: HTMLElement,
    private readonly empty: HTMLElement,
  ) {
    this.words = new KeyedList(
      list,
      ({ id }) => String(id),
      (mark) => this.wordsOf(mark),
    );
    place.addEventListener("pointerenter", () => (this.hovered = true));
    place.addEventListener("pointerleave", () => {
      this.hovered = false;
      this.draw();
    });
    new ResizeObserver(() => {
      this.draw();
    }).observe(place);
    setInterval(() => {
      if (!this.hovered && !document.hidden) this.draw();
    }, step);
  }

  show(marks: readonly ShownMark[], cameras: readonly Camera[]): void {
    this.drawn = { marks, cameras };
    this.words.show(marks.toReversed().slice(0, listed));
    this.draw();
  }

  private draw(): void {
    const now = Date.now();
    const { cameras } = this.drawn;
    const marks = this.drawn.marks.filter(({ to }) => Date.parse(to) > now - span);
    const lanes = cameras.filter(({ id }) => marks.some(({ cameraId }) => cameraId === id));
    const shown = marks.filter(({ cameraId }) => lanes.some(({ id }) => id === cameraId));
    this.empty.hidden = shown.length > 0;
    this.place.hidden = shown.length === 0;
    const full = this.place.clientWidth;
    if (shown.length === 0 || full === 0) return;
    const narrow = full < 480;
    const left = narrow ? margin : 136;
    const scale: Scale = { left, width: full - left - margin, now };
    // On a phone the camera's name stands above its lane.
    const height = narrow ? laneHeight + 16 : laneHeight;
    const chart = svg("svg", {
      width: full,
      height: lanes.length * height + axisHeight,
      role: "img",
      "aria-label": `${shown.length} marks on ${lanes.length} cameras from ${clockTime(new Date(now - span))} to now; in words below.`,
    });
    chart.append(...axis(scale, lanes.length * height));
    lanes.forEach((camera, index) => {
      const y = index * height + height - laneHeight / 2;
      const label = narrow ? { x: 0, y: y - 12 } : { x: 0, y: y + 4 };
      chart.append(
        svg("line", { class: "lane", x1: left, x2: full - margin, y1: y, y2: y }),
        svg("text", { class: "lane-name", ...label }, document.createTextNode(shortened(camera.name))),
        ...shown.filter(({ cameraId }) => cameraId === camera.id).map((mark) => drawnMark(mark, scale, y)),
      );
    });
    this.place.replaceChildren(chart);
  }

  private wordsOf(first: ShownMark): Row<ShownMark> {
    const picture = svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" });
    const sign = element("span", { class: "mark-sign" });
    const title = element("span", { class: "mark-title" });
    const where = element("span", { class: "mark-where" });
    const time = element("span", { class: "time" });
    const row = element(
      "li",
      { class: "mark-row", "data-mark": String(first.id) },
      picture,
      title,
      sign,
      where,
      time,
    );
    return {
      element: row,
      show: (mark) => {
        row.dataset["sign"] = mark.sign;
        picture.replaceChildren(signAt(mark.sign, 0, 0));
        sign.textContent = mark.sign;
        title.textContent = markTitle(mark);
        where.textContent =
          this.drawn.cameras.find(({ id }) => id === mark.cameraId)?.name ?? `camera ${mark.cameraId}`;
        time.textContent = markTime(mark);
      },
    };
  }
}

function shortened(name: string): string {
  return name.length > 18 ? `${name.slice(0, 17)}…` : name;
}

function at({ left, width, now }: Scale, time: number): number {
  return left + Math.min(1, Math.max(0, 1 - (now - time) / span)) * width;
}

function axis(scale: Scale, y: number): SVGElement[] {
  const parts: SVGElement[] = [];
  const every = scale.width < 360 ? tick * 2 : tick;
  for (let time = Math.ceil((scale.now - span) / every) * every; time <= scale.now; time += every) {
    const x = at(scale, time);
    const label = clockTime(new Date(time)).slice(0, 5);
    parts.push(svg("line", { class: "tick", x1: x, x2: x, y1: 0, y2: y }));
    // The last label gives way to the word for the end of the line.
    if (x < scale.left + scale.width - 40 && x > scale.left + 8)
      parts.push(
        svg(
          "text",
          { class: "tick-time", x, y: y + 18, "text-anchor": "middle" },
          document.createTextNode(label),
        ),
      );
  }
  const end = scale.left + scale.width;
  parts.push(
    svg("line", { class: "tick now", x1: end, x2: end, y1: 0, y2: y }),
    svg(
      "text",
      { class: "tick-time", x: end + margin, y: y + 18, "text-anchor": "end" },
      document.createTextNode("now"),
    ),
  );
  return parts;
}

function drawnMark(mark: ShownMark, scale: Scale, y: number): SVGElement {
  const [begin, end] = [at(scale, Date.parse(mark.from)), at(scale, Date.parse(mark.to))];
  const said = `${markTitle(mark)}, ${mark.sign}, ${markTime(mark)}`;
  const group = svg(
    "g",
    { class: `mark-on-line ${mark.sign}`, "data-mark": mark.id },
    svg("title", {}, document.createTextNode(said)),
  );
  if (end > begin) group.append(svg("line", { class: "spans", x1: begin, x2: end, y1: y, y2: y }));
  group.append(svg("circle", { class: "hit", cx: end, cy: y, r: 12 }), signAt(mark.sign, end, y));
  return group;
}
