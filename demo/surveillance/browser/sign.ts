import type { Sign } from "./view.ts";

const namespace = "http://www.w3.org/2000/svg";

export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
): SVGElement {
  const made = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** The sign of a mark around a point. Each has a form of its own, so that no colour is needed to tell them apart. */
export function signAt(sign: Sign, x: number, y: number): SVGElement {
  const transform = `translate(${x} ${y})`;
  switch (sign) {
    case "created":
      return svg("circle", { class: "sign created", r: 5, transform });
    case "updated":
      return svg(
        "g",
        { class: "sign updated", transform },
        svg("circle", { r: 5.5, class: "ring" }),
        svg("circle", { r: 2, class: "dot" }),
      );
    case "deleted":
      return svg("path", { class: "sign deleted", d: "M-4.5-4.5L4.5 4.5M4.5-4.5L-4.5 4.5", transform });
    case "analytics":
      return svg("path", { class: "sign analytics", d: "M0-6L6 5H-6Z", transform });
  }
}

/** Draws the signs of a legend into the svg elements that stand for them. */
export function drawLegend(within: ParentNode): void {
  for (const place of within.querySelectorAll<SVGElement>("svg[data-sign]")) {
    place.setAttribute("viewBox", "-8 -8 16 16");
    const { sign } = place.dataset;
    if (sign === "created" || sign === "updated" || sign === "deleted" || sign === "analytics")
      place.replaceChildren(signAt(sign, 0, 0));
  }
}
