import { expect, test } from "bun:test";
import { join } from "node:path";

const css = await Bun.file(join(import.meta.dir, "chat.css")).text();

/** The luminance of WCAG. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test("every one of the sixteen nick colours can be read on both grounds of both themes", () => {
  for (let colour = 0; colour < 16; colour += 1) {
    const rule = new RegExp(`\\.nick-${colour} \\{\\s+--nick: (#\\w{6});\\s+--nick-dark: (#\\w{6});`).exec(
      css,
    );
    const [, light = "", dark = ""] = rule ?? [];
    for (const ground of ["#fbfbfa", "#ffffff"]) expect(contrast(light, ground)).toBeGreaterThanOrEqual(4.9);
    for (const ground of ["#0f1214", "#171b1f"]) expect(contrast(dark, ground)).toBeGreaterThanOrEqual(4.9);
  }
});
