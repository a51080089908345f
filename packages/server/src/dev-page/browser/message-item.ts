import { clockTime, element } from "../shell/dom.ts";
import { wireName, type Message, type Speaker } from "./wire.ts";

/** One message as its hearer shows it: by whom, over which wire, when, and what. */
export function messageItem(message: Message): HTMLLIElement {
  const meta = element("p", { class: "meta" }, ...speaker(message.by));
  if (message.event !== "") meta.append(element("code", { class: "event" }, message.event));
  const now = new Date();
  meta.append(element("time", { class: "time", datetime: now.toISOString() }, clockTime(now)));
  return element("li", { class: "message" }, meta, element("p", { class: "text" }, message.text));
}

function speaker(by: Speaker): readonly Node[] {
  switch (by.kind) {
    case "self":
      return [element("strong", { class: "who" }, "You")];
    case "application":
      return [element("strong", { class: "who" }, "HTTP API")];
    case "member": {
      const { name, wire } = by.member;
      const who = element("strong", { class: "who" }, name);
      return wire === undefined
        ? [who]
        : [who, element("span", { class: `badge wire-${wire}` }, wireName[wire])];
    }
  }
}
