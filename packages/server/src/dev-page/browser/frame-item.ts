import { copyButton } from "./copy-button.ts";
import { clockTime, element } from "./dom.ts";
import { frameName } from "./frame-name.ts";
import { indentJson } from "./indent-json.ts";
import type { SocketReport } from "./traced-socket.ts";
import type { Wire } from "./wire.ts";

/** One line of the wire's log: a frame that opens on demand, or the socket's beginning or end. */
export function frameItem(wire: Wire, report: SocketReport): HTMLLIElement {
  const now = new Date();
  const at = `${clockTime(now)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
  const time = element("time", { class: "time", datetime: now.toISOString() }, at);
  switch (report.kind) {
    case "opened":
      return socketItem(time, "socket opened", "");
    case "closed":
      return socketItem(time, "socket closed", `code ${report.code} ${report.reason}`.trimEnd());
    case "frame": {
      const { direction, text } = report;
      const summary = element(
        "summary",
        { class: "frame-line", tabindex: "-1" },
        arrow(direction),
        time,
        element("span", { class: "name" }, frameName(wire, direction, text)),
        element("span", { class: "size" }, size(text)),
        element("span", { class: "payload" }, text.replaceAll("\n", " ")),
      );
      return element(
        "li",
        { class: `frame ${direction}`, "data-direction": direction },
        opening(summary, text),
      );
    }
  }
}

/** The body is made when it is first asked for: most frames are never opened. */
function opening(summary: HTMLElement, text: string): HTMLDetailsElement {
  const details = element("details", {}, summary);
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

function socketItem(time: HTMLElement, name: string, note: string): HTMLLIElement {
  const line = element("div", { class: "frame-line" }, element("span", { class: "arrow" }, "·"), time);
  line.append(element("span", { class: "name" }, name), element("span", { class: "size" }));
  if (note !== "") line.append(element("span", { class: "payload" }, note));
  return element("li", { class: "frame socket" }, line);
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

function size(text: string): string {
  const bytes = encoder.encode(text).length;
  return bytes < 10_000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
