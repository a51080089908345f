import { element } from "../shell/dom.ts";
import { frameLine, timeNow } from "../shell/frame-line.ts";
import { frameName } from "./frame-name.ts";
import type { SocketReport } from "./traced-socket.ts";
import type { Wire } from "./wire.ts";

/** One line of the wire's log: a frame that opens on demand, or the socket's beginning or end. */
export function frameItem(wire: Wire, report: SocketReport): HTMLLIElement {
  switch (report.kind) {
    case "opened":
      return socketItem("socket opened", "");
    case "closed":
      return socketItem("socket closed", `code ${report.code} ${report.reason}`.trimEnd());
    case "frame": {
      const { direction, text } = report;
      const line = frameLine({ direction, text, name: frameName(wire, direction, text) });
      return element("li", { class: `frame ${direction}`, "data-direction": direction }, line);
    }
  }
}

function socketItem(name: string, note: string): HTMLLIElement {
  const line = element(
    "div",
    { class: "frame-line" },
    element("span", { class: "arrow" }, "·"),
    timeNow(),
    element("span", { class: "name" }, name),
    element("span", { class: "size" }),
  );
  if (note !== "") line.append(element("span", { class: "payload" }, note));
  return element("li", { class: "frame socket" }, line);
}
