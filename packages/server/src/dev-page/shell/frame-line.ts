import { copyButton } from "./copy-button.ts";
import { clockTime, element } from "./dom.ts";
import { indentJson } from "./indent-json.ts";

/** What came over a wire, on one line: direction, time, name, size, and its payload, which opens on demand. */
export interface FrameLine {
  readonly direction: "in" | "out";
  readonly name: string;
  /** As it went over the wire. */
  readonly text: string;
  /** The one line of payload. @default the text */
  readonly payload?: string;
}

export function frameLine({ direction, name, text, payload = text }: FrameLine): HTMLDetailsElement {
  const summary = element(
    "summary",
    { class: "frame-line", tabindex: "-1" },
    arrow(direction),
    timeNow(),
    element("span", { class: "name" }, name),
    element("span", { class: "size" }, sizeOf(text)),
    element("span", { class: "payload" }, payload.replaceAll("\n", " ")),
  );
  const details = element("details", {}, summary);
  // The body is made when it is first asked for: most frames are never opened.
  details.addEventListener(
    "toggle",
    () => {
      details.append(
        element(
          "div",
          { class: "frame-body" },
          copyButton("Copy frame", () => text),
          element("pre", { class: "code" }, indentJson(text)),
        ),
      );
    },
    { once: true },
  );
  return details;
}

/** Of this moment, to the millisecond. */
export function timeNow(): HTMLTimeElement {
  const now = new Date();
  const at = `${clockTime(now)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
  return element("time", { class: "time", datetime: now.toISOString() }, at);
}

function arrow(direction: "in" | "out"): HTMLElement {
  return element(
    "span",
    { class: "arrow" },
    element("span", { "aria-hidden": "true" }, direction === "in" ? "↓" : "↑"),
    element("span", { class: "unseen" }, direction === "in" ? "received" : "sent"),
  );
}

const encoder = new TextEncoder();

function sizeOf(text: string): string {
  const bytes = encoder.encode(text).length;
  return bytes < 10_000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
